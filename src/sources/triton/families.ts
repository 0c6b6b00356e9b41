// Names of Triton's families, and what the counters of a model mean in base units.

const PREFIXES = [
  'nv_inference_',
  'nv_gpu_',
  'nv_cpu_',
  'nv_energy_consumption',
  'nv_pinned_memory_pool_',
  'nv_cache_',
  'nv_model_load_duration_secs',
];

export function isTritonFamily(family: string): boolean {
  return PREFIXES.some((prefix) => family.startsWith(prefix));
}

/** Requests that wait for execution: the only live signal of a queue. Triton 23.09 and later. */
export const PENDING_FAMILY = 'nv_inference_pending_request_count';

/** One reading of a model: the sum of a family's rows over `gpu_uuid` and `reason`. */
export interface ModelReading {
  readonly raw: string;
  readonly name: string;
  readonly unit: 'requests' | 'inferences' | 'executions' | 'seconds';
  /** Raw units in one base unit: dividing by it rounds once, multiplying by its inverse twice. */
  readonly perUnit: number;
}

const MICROSECONDS = 1e6;

export const MODEL_READINGS: readonly ModelReading[] = [
  { raw: PENDING_FAMILY, name: 'triton_pending_requests', unit: 'requests', perUnit: 1 },
  { raw: 'nv_inference_request_success', name: 'triton_requests_total', unit: 'requests', perUnit: 1 },
  { raw: 'nv_inference_request_failure', name: 'triton_failures_total', unit: 'requests', perUnit: 1 },
  { raw: 'nv_inference_count', name: 'triton_inferences_total', unit: 'inferences', perUnit: 1 },
  { raw: 'nv_inference_exec_count', name: 'triton_executions_total', unit: 'executions', perUnit: 1 },
  { raw: 'nv_inference_request_duration_us', name: 'triton_request_seconds_total', unit: 'seconds', perUnit: MICROSECONDS },
  { raw: 'nv_inference_queue_duration_us', name: 'triton_queue_seconds_total', unit: 'seconds', perUnit: MICROSECONDS },
  { raw: 'nv_inference_compute_input_duration_us', name: 'triton_compute_input_seconds_total', unit: 'seconds', perUnit: MICROSECONDS },
  { raw: 'nv_inference_compute_infer_duration_us', name: 'triton_compute_infer_seconds_total', unit: 'seconds', perUnit: MICROSECONDS },
  { raw: 'nv_inference_compute_output_duration_us', name: 'triton_compute_output_seconds_total', unit: 'seconds', perUnit: MICROSECONDS },
];
