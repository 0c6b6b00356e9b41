// The families in which a line of tegrastats is said as an exposition, in its own units but for sizes, whose unit varies.
import { counterFamily as counter, gaugeFamily as gauge, type Measure, type MeasureFamily } from '../measures.ts';

/** By name, in the order in which they are written. */
export const TEGRASTATS_FAMILIES = {
  tegrastats_memory_used_bytes: gauge('Memory in use, which processors and GPU share.'),
  tegrastats_memory_total_bytes: gauge('Memory in all, which processors and GPU share.'),
  tegrastats_memory_largest_free_blocks: gauge('Free blocks of the largest size.'),
  tegrastats_memory_largest_free_block_bytes: gauge('Size of the largest free blocks.'),
  tegrastats_swap_used_bytes: gauge('Swap in use.'),
  tegrastats_swap_total_bytes: gauge('Swap in all.'),
  tegrastats_swap_cached_bytes: gauge('Swap that is in memory too.'),
  tegrastats_iram_used_bytes: gauge('Internal memory of the chip in use.'),
  tegrastats_iram_total_bytes: gauge('Internal memory of the chip in all.'),
  tegrastats_iram_largest_free_block_bytes: gauge('Largest free block of the internal memory.'),
  tegrastats_cpu_percent: gauge('Share of time in which the core was busy, at its clock of the moment.'),
  tegrastats_cpu_mean_percent: gauge('Mean over the cores that are online.'),
  tegrastats_cpu_online: gauge('1 for a core that is online, 0 for one that is off.'),
  tegrastats_cpu_online_cores: gauge('Cores that are online.'),
  tegrastats_cpu_megahertz: gauge('Clock of the core.'),
  tegrastats_gpu_percent: gauge('Share of time in which the GPU was busy.'),
  tegrastats_gpu_megahertz: gauge('Clock of the GPU, of each cluster where several are said.'),
  tegrastats_emc_percent: gauge('Share of the bandwidth of the memory that is used, at its clock of the moment.'),
  tegrastats_emc_megahertz: gauge('Clock of the memory.'),
  tegrastats_engine_percent: gauge('Share of time in which the engine was busy.'),
  tegrastats_engine_megahertz: gauge('Clock of the engine.'),
  tegrastats_engine_on: gauge('1 for an engine that has power, 0 for one that is off.'),
  tegrastats_mts_percent: gauge('Share of time that translating code took, in the foreground and the background.'),
  tegrastats_edp_limit: gauge('Limit that the peak of current sets, as it is printed.'),
  tegrastats_temperature_celsius: gauge('Temperature of the zone; placeholders of zones without a sensor are left out.'),
  tegrastats_power_milliwatts: gauge('Power of the rail.'),
  tegrastats_power_average_milliwatts: gauge('Power of the rail, the mean since tegrastats started.'),
  tegrastats_unknown_words_total: counter('Words of its lines that are not known.'),
  tegrastats_lines_total: counter('Lines, by what became of them.'),
  tegrastats_starts_total: counter('How often tegrastats was started, or its output begun anew.'),
  tegrastats_reading_age_seconds: gauge('Time since the line that was read came.'),
} as const satisfies Readonly<Record<string, MeasureFamily>>;

export type TegrastatsFamilyName = keyof typeof TEGRASTATS_FAMILIES;

/** One number of a line. */
export type TegrastatsMeasure = Measure<TegrastatsFamilyName>;

/** Said with every line that could be read. */
export function isTegrastatsFamily(family: string): boolean {
  return family === 'tegrastats_memory_total_bytes';
}
