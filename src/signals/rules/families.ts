// What the name of a family tells of its values, where its exporter has not said it.

/** Of counters by Prometheus's conventions, and of Triton's, which have names of their own. */
const COUNTER =
  /_(?:total|bucket|sum)$|^nv_inference_(?:request_success|request_failure|count|exec_count|\w+_duration_us)$|^nv_energy_consumption$/;
const GAUGE =
  /^nv_inference_pending_request_count$|^DCGM_FI_DEV_(?:\w+_UTIL|FB_\w+|GPU_TEMP|POWER_USAGE)$|^DCGM_FI_PROF_\w+_ACTIVE$|^nv_gpu_(?:utilization|memory_\w+|power_\w+)$/;

/** Types by name of family, as expositions declare them. */
export type FamilyTypes = ReadonlyMap<string, string>;

export function isCounter(name: string, types: FamilyTypes): boolean {
  const declared = types.get(name);
  return declared === undefined || declared === 'unknown' || declared === 'untyped' ? COUNTER.test(name) : declared === 'counter';
}

export function isGauge(name: string, types: FamilyTypes): boolean {
  const declared = types.get(name);
  return declared === undefined || declared === 'unknown' || declared === 'untyped' ? GAUGE.test(name) : declared === 'gauge';
}

/** Requests of Triton, which it says for each model, version and, since 23.09, for each GPU and once more without. */
export function isOfModels(name: string): boolean {
  return name.startsWith('nv_inference_');
}

export function isQueue(name: string): boolean {
  return /queue_duration|pending_request|_requests_waiting|queue_size|queued/.test(name);
}

/** Time with any work at all, as a share. */
export function isUtilisation(name: string): boolean {
  return /_GPU_UTIL$|^nv_gpu_utilization$|^gpu_utilization_ratio$|duty_cycle/.test(name);
}

export function isMemory(name: string): boolean {
  return /_FB_(?:USED|FREE)\b|^nv_gpu_memory_used_bytes$|^gpu_memory_used_bytes$/.test(name);
}
