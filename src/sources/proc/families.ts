// The families in which what the kernel says under /proc is said as an exposition, in base units.
import { counterFamily as counter, gaugeFamily as gauge, type Measure, type MeasureFamily } from '../measures.ts';

/** By name, in the order in which they are written. */
export const PROC_FAMILIES = {
  proc_cpu_utilization_ratio: gauge('Share of all cores that was in use since the reading before.'),
  proc_cpu_core_utilization_ratio: gauge('Share of time in which the core was in use since the reading before.'),
  proc_cpu_online_cores: gauge('Cores that are online.'),
  proc_cpu_used_seconds_total: counter('Time that all cores together were in use since the machine started.'),
  proc_load_average: gauge('Tasks that run or wait, averaged over minutes.'),
  proc_pressure_stalled_seconds_total: counter('Time in which some or all tasks waited for a resource.'),
  proc_memory_total_bytes: gauge('Memory of the machine.'),
  proc_memory_used_bytes: gauge('Memory in use: all but what is available without swapping.'),
  proc_swap_total_bytes: gauge('Swap of the machine.'),
  proc_swap_used_bytes: gauge('Swap in use.'),
  proc_cgroup_cpu_limit_cores: gauge('Most processor time that the control group may use.'),
  proc_cgroup_memory_limit_bytes: gauge('Most memory that the control group may use.'),
} as const satisfies Readonly<Record<string, MeasureFamily>>;

export type ProcMeasure = Measure<keyof typeof PROC_FAMILIES>;

/** Said at every reading. */
export function isProcFamily(family: string): boolean {
  return family === 'proc_memory_total_bytes';
}
