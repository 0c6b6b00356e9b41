// Names by which servers of language models are known: vLLM, NIM, TGI, and Triton's TensorRT-LLM backend where only its part is said.

// NIM drops vLLM's prefix from these two (nim-deploy and k8s-nim-operator scale on them).
const NIM_FAMILIES: ReadonlySet<string> = new Set(['num_requests_running', 'gpu_cache_usage_perc']);
const PREFIXES = ['vllm:', 'tgi_', 'nv_trt_llm_', 'nv_llm_'];

export function isLlmFamily(family: string): boolean {
  return NIM_FAMILIES.has(family) || PREFIXES.some((prefix) => family.startsWith(prefix));
}
