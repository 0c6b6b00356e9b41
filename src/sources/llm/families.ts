// Names by which servers of language models are known: vLLM, SGLang, NIM, TGI, and engines behind a Triton where only their part is said.

// NIM drops vLLM's prefix from these two (nim-deploy and k8s-nim-operator scale on them).
const NIM_FAMILIES: ReadonlySet<string> = new Set(['num_requests_running', 'gpu_cache_usage_perc']);
const PREFIXES = ['vllm:', 'sglang:', 'tgi_', 'nv_trt_llm_', 'nv_llm_'];

export function isLlmFamily(family: string): boolean {
  return NIM_FAMILIES.has(family) || PREFIXES.some((prefix) => family.startsWith(prefix));
}

/** Engines whose families have a prefix of their own, as people call them. */
const ENGINES: readonly (readonly [string, string])[] = [
  ['vllm:', 'vLLM'],
  ['sglang:', 'SGLang'],
  ['nv_trt_llm_', 'TensorRT-LLM'],
  ['nv_llm_', 'TensorRT-LLM'],
];

/** The engine that a family is known to be of, by its prefix; undefined for any other. */
export function engineOf(family: string): string | undefined {
  return ENGINES.find(([prefix]) => family.startsWith(prefix))?.[1];
}
