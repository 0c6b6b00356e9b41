// GPUs once each, whoever tells of them, and what is counted of them.

export const NODES = 'node=~"$node"';

/** Once for each GPU or slice, whoever tells of it: its DCGM exporter, its Triton, or both. */
export function each(metric: string): string {
  return `max by (node, uuid, mig_id) (${metric}{${NODES}})`;
}

/** The same with a short name: the index that DCGM says, or the beginning of the UUID where Triton alone tells of the GPU. */
export function named(metric: string): string {
  const dcgm = `max by (node, gpu, uuid, mig_id) (${metric}{${NODES},source="dcgm"})`;
  return `(${dcgm} or on (uuid, mig_id) label_replace(${each(metric)}, "gpu", "$1", "uuid", "(.{12}).*"))`;
}

export const USED = each('gpu_memory_used_bytes');
const FREE = each('gpu_memory_free_bytes');
/** What is said, or what its parts add up to; a slice has no reserved part. */
export const TOTAL = `(${each('gpu_memory_total_bytes')} or ${USED} + ${FREE} + ${each('gpu_memory_reserved_bytes')} or ${USED} + ${FREE})`;
/** A board, however many slices it has. */
export const BOARD_POWER = `max by (node, uuid) (gpu_power_watts{${NODES}})`;

/** Most boards begin to slow down between 83 and 90 °C. */
export const HEAT = [
  { at: 75, color: 'orange' },
  { at: 85, color: 'red' },
] as const;

export function errors(metric: string, range: string): string {
  return `max by (node, uuid, xid) (increase(${metric}{${NODES}}[${range}]))`;
}
