import { describe, expect, it } from 'vitest';
import { recogniseSource, wrongSource } from '../../src/sources/index.ts';

function said(families: readonly string[], text = ''): { families: ReadonlySet<string>; text: string } {
  return { families: new Set(families), text };
}

it.each([
  ['triton', said(['nv_inference_request_success'])],
  ['triton', said(['python_info', 'nv_gpu_utilization'])],
  ['triton', said(['nv_pinned_memory_pool_total_bytes'])],
  ['triton', said(['vllm:prompt_tokens_total', 'nv_trt_llm_request_metrics', 'nv_inference_count'])],
  ['dcgm', said(['DCGM_FI_DEV_GPU_UTIL'])],
  ['dcgm', said(['DCGM_EXP_XID_ERRORS_COUNT'])],
  ['dcgm', said(['dcgm_fi_prof_gr_engine_active'])],
  ['kubelet', said(['node_cpu_usage_seconds_total', 'resource_scrape_error'])],
  ['kubelet', said(['container_cpu_usage_seconds_total', 'pod_memory_working_set_bytes'])],
  ['llm', said(['process_cpu_seconds_total', 'vllm:num_requests_running'])],
  ['llm', said(['num_requests_running'])],
  ['llm', said(['tgi_queue_size'])],
  ['llm', said(['sglang:num_running_reqs'])],
  ['llm', said(['nv_trt_llm_request_metrics'])],
  ['tegrastats', said([], 'RAM 598/1892MB (lfb 209x4MB) cpu [0%,off,off,off]@-1\n')],
  ['tegrastats', said([], 'starting\n10-16-2023 10:59:22 RAM 1205/30623MB (lfb 6429x4MB) SWAP')],
  ['generic', said(['up', 'nvidia_smi_utilization', 'nv_custom', 'running'])],
  // cAdvisor's own endpoint, node exporter, and a kubelet that cannot read its containers.
  ['generic', said(['container_cpu_usage_seconds_total', 'machine_cpu_cores'])],
  ['generic', said(['node_cpu_seconds_total'])],
  ['generic', said(['resource_scrape_error'])],
  ['generic', said([], '')],
  ['generic', said([], 'the RAM 1/2MB of this page')],
])('%s', (source, input) => {
  expect(recogniseSource(input)).toBe(source);
});

describe('a scrape that answered 200', () => {
  it.each([
    ['triton', ['nv_inference_count']],
    ['dcgm', ['go_goroutines', 'DCGM_FI_DEV_SM_CLOCK']],
    ['kubelet', ['node_memory_working_set_bytes']],
    ['llm', ['vllm:num_requests_running']],
    ['generic', []],
    ['tegrastats', ['tegrastats_memory_total_bytes']],
    ['proc', ['proc_memory_total_bytes', 'proc_load_average']],
  ] as const)('is accepted as %s with %j', (source, families) => {
    expect(wrongSource(source, { families: new Set(families) })).toBeUndefined();
  });

  it.each([
    [
      'triton',
      [],
      'cannot read the answer as triton: it names no metric at all; Triton answers any path but /metrics with an empty 200: check metrics_path, and the port (8002 by default)',
    ],
    [
      'dcgm',
      ['go_goroutines', 'go_threads', `x${'y'.repeat(60)}`, 'up'],
      `cannot read the answer as dcgm: it names other metrics: "go_goroutines", "go_threads", "x${'y'.repeat(48)}…" and 1 more; DCGM exporter is silent while it reloads its counters; if it lasts, check metrics_path, and the port (9400 by default)`,
    ],
    [
      'kubelet',
      ['resource_scrape_error'],
      'cannot read the answer as kubelet: it names other metrics: "resource_scrape_error"; scrape_error alone is a kubelet that cannot read its containers; else check that metrics_path is /metrics/resource, scheme https, and the port (10250 by default)',
    ],
    [
      'tegrastats',
      [],
      'cannot read the answer as tegrastats: it names no metric at all; its lines begin with the memory: see what is read instead',
    ],
    ['proc', [], 'cannot read the answer as proc: it names no metric at all; check proc.path of the job'],
    [
      'llm',
      ['up'],
      'cannot read the answer as llm: it names other metrics: "up"; check metrics_path (NIM: /v1/metrics) and the port (vLLM and NIM 8000; SGLang 30000, started with --enable-metrics)',
    ],
  ] as const)('fails as %s with %j', (source, families, message) => {
    expect(wrongSource(source, { families: new Set(families) })).toEqual({ failure: 'wrong-source', message });
  });
});
