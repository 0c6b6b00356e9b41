// What is published for scaling Triton and its GPUs by Prometheus: expressions as people use them, templates filled in.

interface Recipe {
  readonly id: string;
  readonly exprs: readonly string[];
}

const AVERAGES = ['compute_infer', 'queue', 'request'];

export const RECIPES: readonly Recipe[] = [
  {
    id: 'R1',
    exprs: [
      'nv_inference_queue_duration_us{namespace="demo",pod!=""}',
      'avg(delta(nv_inference_queue_duration_us{namespace="demo",pod=~"triton-0|triton-1"}[30s])/(1+delta(nv_inference_request_success{namespace="demo",pod=~"triton-0|triton-1"}[30s]))) by (pod)',
    ],
  },
  { id: 'R2', exprs: ['avg(rate(nv_inference_queue_duration_us[30s])/(1+rate(nv_inference_request_success[30s]))) by (pod)'] },
  { id: 'R3', exprs: ['avg_over_time({__name__=~"kubernetes.io.container.accelerator.duty_cycle|DCGM_FI_DEV_GPU_UTIL"}[1m])'] },
  { id: 'R4', exprs: ['rate(nv_inference_queue_duration_us[1m])/clamp_min(rate(nv_inference_compute_infer_duration_us[1m]),1)'] },
  {
    id: 'R5',
    exprs: AVERAGES.map((part) => `rate(nv_inference_${part}_duration_us[1m])/clamp_min(rate(nv_inference_request_success[1m]),1)`),
  },
  { id: 'R6', exprs: ['DCGM_FI_DEV_GPU_UTIL', 'avg(DCGM_FI_DEV_GPU_UTIL)'] },
  {
    id: 'R7',
    exprs: [
      'sum by (deployment) (rate(nv_inference_queue_duration_us{deployment=~"triton"}[30s])) / sum by (deployment) ((rate(nv_inference_exec_count{deployment=~"triton"}[30s]) * 1000) + 0.001)',
    ],
  },
  { id: 'R8', exprs: ['avg(rate(nv_inference_queue_duration_us{namespace="demo"}[1m])/1000) by (pod)'] },
  {
    id: 'R9',
    exprs: ['sum(nv_inference_pending_request_count{namespace="demo"}) by (pod)', 'sum(num_requests_running{namespace="demo"}) by (pod)'],
  },
  { id: 'R10', exprs: ['gpu_cache_usage_perc', 'nv_gpu_memory_used_bytes / nv_gpu_memory_total_bytes'] },
  { id: 'R11', exprs: ['last_over_time(DCGM_FI_DEV_GPU_UTIL[1m])', 'avg(avg_over_time(DCGM_FI_DEV_GPU_UTIL[2m]))'] },
  { id: 'R12', exprs: ['avg_over_time(DCGM_FI_DEV_GPU_UTIL{namespace="demo"}[2m])'] },
  { id: 'R13', exprs: ['DCGM_FI_DEV_FB_FREE'] },
  { id: 'R14', exprs: ['{"vllm:num_requests_running"}', 'vllm:num_requests_running'] },
  { id: 'R15', exprs: ['nv_inference_pending_request_count', 'nv_trt_llm_request_metrics{request_type="waiting"}'] },
];
