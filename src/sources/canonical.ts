// The literal table of canonical GPU series: one name, unit and scale per meaning, whatever exporter and version said it.
// Names and units: DCGM field identifiers, dcgm-exporter's default counters up to 4.8 and from 4.9 on, Triton's core metrics.

/** Where a raw family comes from: `dcgm-1` the names of exporter 1.x, `dcgm` those up to 4.8, `dcgm-4.9` since fields carry their unit; `alias` is the configuration's. */
export type Generation =
  | 'dcgm-1'
  | 'dcgm'
  | 'dcgm-4.9'
  | 'triton'
  | 'kubelet'
  | 'vllm'
  | 'sglang'
  | 'nim'
  | 'trtllm'
  | 'tegrastats'
  | 'proc'
  | 'alias';

export interface RawFamily {
  readonly raw: string;
  readonly generation: Generation;
  /** Factor from the raw unit to the canonical one, as a decimal number; `lib/scale.ts` says how it is applied. */
  readonly scale: number;
  /**
   * Where a factor is not enough. `percent` and `ratio`: what the name says, which the values may disprove.
   * `last-code`: the value is the last error's code, of which changes are counted.
   */
  readonly reading?: 'percent' | 'ratio' | 'last-code';
  /** The rows of the family that mean this: those with this value of the label. */
  readonly where?: { readonly label: string; readonly value: string };
  /** First version that its maker documents, or a release was seen, to say it; left out where that is not known. */
  readonly since?: string;
  /** The family by which its maker replaced it: it feeds nothing where both are said. */
  readonly replacedBy?: string;
}

export interface CanonicalSeries {
  readonly name: string;
  readonly unit:
    | 'ratio'
    | 'seconds'
    | 'bytes'
    | 'bytes_per_second'
    | 'watts'
    | 'joules'
    | 'celsius'
    | 'hertz'
    | 'replays'
    | 'errors'
    | 'rows'
    | 'cores'
    | 'tasks'
    | 'requests'
    | 'tokens'
    | 'blocks'
    | 'iterations'
    | 'observations';
  readonly kind: 'gauge' | 'counter' | 'histogram';
  readonly help: string;
  /** True where exporters print 0 for what the board does not have, or what they fail to read, and a true 0 does not occur. */
  readonly zeroIsBlank?: boolean;
  readonly from: readonly RawFamily[];
}

const PERCENT = 0.01;
const MEBIBYTE = 1024 * 1024;
const MEGAHERTZ = 1e6;
const MEGABYTE = 1e6;
const MILLI = 1e-3;

export const CANONICAL_SERIES: readonly CanonicalSeries[] = [
  {
    name: 'gpu_utilization_ratio',
    unit: 'ratio',
    kind: 'gauge',
    help: 'Share of the last sample period in which at least one kernel ran.',
    from: [
      { raw: 'dcgm_gpu_utilization', generation: 'dcgm-1', scale: PERCENT, reading: 'percent' },
      { raw: 'DCGM_FI_DEV_GPU_UTIL', generation: 'dcgm', scale: PERCENT, reading: 'percent' },
      { raw: 'DCGM_FI_DEV_GPU_UTIL_RATIO', generation: 'dcgm-4.9', scale: 1, reading: 'ratio' },
      { raw: 'nv_gpu_utilization', generation: 'triton', scale: 1 },
      { raw: 'tegrastats_gpu_percent', generation: 'tegrastats', scale: PERCENT },
    ],
  },
  {
    name: 'gpu_memory_copy_utilization_ratio',
    unit: 'ratio',
    kind: 'gauge',
    help: 'Share of the last sample period in which device memory was read or written.',
    from: [
      { raw: 'dcgm_mem_copy_utilization', generation: 'dcgm-1', scale: PERCENT, reading: 'percent' },
      { raw: 'DCGM_FI_DEV_MEM_COPY_UTIL', generation: 'dcgm', scale: PERCENT, reading: 'percent' },
      { raw: 'DCGM_FI_DEV_MEMORY_UTIL_RATIO', generation: 'dcgm-4.9', scale: 1, reading: 'ratio' },
    ],
  },
  {
    name: 'gpu_encoder_utilization_ratio',
    unit: 'ratio',
    kind: 'gauge',
    help: 'Share of the last sample period in which the video encoder worked.',
    from: [
      { raw: 'dcgm_enc_utilization', generation: 'dcgm-1', scale: PERCENT, reading: 'percent' },
      { raw: 'DCGM_FI_DEV_ENC_UTIL', generation: 'dcgm', scale: PERCENT, reading: 'percent' },
      { raw: 'DCGM_FI_DEV_ENC_UTIL_RATIO', generation: 'dcgm-4.9', scale: 1, reading: 'ratio' },
    ],
  },
  {
    name: 'gpu_decoder_utilization_ratio',
    unit: 'ratio',
    kind: 'gauge',
    help: 'Share of the last sample period in which the video decoder worked.',
    from: [
      { raw: 'dcgm_dec_utilization', generation: 'dcgm-1', scale: PERCENT, reading: 'percent' },
      { raw: 'DCGM_FI_DEV_DEC_UTIL', generation: 'dcgm', scale: PERCENT, reading: 'percent' },
      { raw: 'DCGM_FI_DEV_DEC_UTIL_RATIO', generation: 'dcgm-4.9', scale: 1, reading: 'ratio' },
    ],
  },
  {
    name: 'gpu_engine_active_ratio',
    unit: 'ratio',
    kind: 'gauge',
    help: 'Share of time in which the graphics or compute engine was active; of an instance, for a MIG instance.',
    from: [
      { raw: 'DCGM_FI_PROF_GR_ENGINE_ACTIVE', generation: 'dcgm', scale: 1 },
      { raw: 'DCGM_FI_PROF_GR_ENGINE_UTIL_RATIO', generation: 'dcgm-4.9', scale: 1 },
    ],
  },
  {
    name: 'gpu_sm_active_ratio',
    unit: 'ratio',
    kind: 'gauge',
    help: 'Share of time in which a multiprocessor had at least one warp, averaged over multiprocessors.',
    from: [
      { raw: 'DCGM_FI_PROF_SM_ACTIVE', generation: 'dcgm', scale: 1 },
      { raw: 'DCGM_FI_PROF_SM_UTIL_RATIO', generation: 'dcgm-4.9', scale: 1 },
    ],
  },
  {
    name: 'gpu_sm_occupancy_ratio',
    unit: 'ratio',
    kind: 'gauge',
    help: 'Warps resident on the multiprocessors, of the most that fit.',
    from: [
      { raw: 'DCGM_FI_PROF_SM_OCCUPANCY', generation: 'dcgm', scale: 1 },
      { raw: 'DCGM_FI_PROF_SM_OCCUPANCY_RATIO', generation: 'dcgm-4.9', scale: 1 },
    ],
  },
  {
    name: 'gpu_tensor_active_ratio',
    unit: 'ratio',
    kind: 'gauge',
    help: 'Share of cycles in which the tensor pipe was active.',
    from: [
      { raw: 'DCGM_FI_PROF_PIPE_TENSOR_ACTIVE', generation: 'dcgm', scale: 1 },
      { raw: 'DCGM_FI_PROF_TENSOR_UTIL_RATIO', generation: 'dcgm-4.9', scale: 1 },
    ],
  },
  {
    name: 'gpu_dram_active_ratio',
    unit: 'ratio',
    kind: 'gauge',
    help: 'Share of cycles in which the device memory sent or received data.',
    from: [
      { raw: 'DCGM_FI_PROF_DRAM_ACTIVE', generation: 'dcgm', scale: 1 },
      { raw: 'DCGM_FI_PROF_DRAM_UTIL_RATIO', generation: 'dcgm-4.9', scale: 1 },
    ],
  },
  {
    name: 'gpu_memory_used_bytes',
    unit: 'bytes',
    kind: 'gauge',
    help: 'Device memory in use.',
    from: [
      { raw: 'dcgm_fb_used', generation: 'dcgm-1', scale: MEBIBYTE },
      { raw: 'DCGM_FI_DEV_FB_USED', generation: 'dcgm', scale: MEBIBYTE },
      { raw: 'DCGM_FI_DEV_FB_USED_BYTES', generation: 'dcgm-4.9', scale: 1 },
      { raw: 'nv_gpu_memory_used_bytes', generation: 'triton', scale: 1 },
    ],
  },
  {
    name: 'gpu_memory_free_bytes',
    unit: 'bytes',
    kind: 'gauge',
    help: 'Device memory that is free.',
    from: [
      { raw: 'dcgm_fb_free', generation: 'dcgm-1', scale: MEBIBYTE },
      { raw: 'DCGM_FI_DEV_FB_FREE', generation: 'dcgm', scale: MEBIBYTE },
      { raw: 'DCGM_FI_DEV_FB_FREE_BYTES', generation: 'dcgm-4.9', scale: 1 },
    ],
  },
  {
    name: 'gpu_memory_reserved_bytes',
    unit: 'bytes',
    kind: 'gauge',
    help: 'Device memory kept back by driver and firmware; neither used nor free.',
    from: [
      { raw: 'DCGM_FI_DEV_FB_RESERVED', generation: 'dcgm', scale: MEBIBYTE },
      { raw: 'DCGM_FI_DEV_FB_RESERVED_BYTES', generation: 'dcgm-4.9', scale: 1 },
    ],
  },
  {
    name: 'gpu_memory_total_bytes',
    unit: 'bytes',
    kind: 'gauge',
    help: 'Device memory in all; where the exporter does not say it, it is used + free + reserved.',
    zeroIsBlank: true,
    from: [
      { raw: 'dcgm_fb_total', generation: 'dcgm-1', scale: MEBIBYTE },
      { raw: 'DCGM_FI_DEV_FB_TOTAL', generation: 'dcgm', scale: MEBIBYTE },
      { raw: 'DCGM_FI_DEV_FB_CAPACITY_BYTES', generation: 'dcgm-4.9', scale: 1 },
      { raw: 'nv_gpu_memory_total_bytes', generation: 'triton', scale: 1 },
    ],
  },
  {
    name: 'gpu_power_watts',
    unit: 'watts',
    kind: 'gauge',
    help: 'Power drawn by the board.',
    zeroIsBlank: true,
    from: [
      { raw: 'dcgm_power_usage', generation: 'dcgm-1', scale: 1 },
      { raw: 'DCGM_FI_DEV_POWER_USAGE', generation: 'dcgm', scale: 1 },
      { raw: 'DCGM_FI_DEV_BOARD_POWER_WATTS', generation: 'dcgm-4.9', scale: 1 },
      { raw: 'nv_gpu_power_usage', generation: 'triton', scale: 1 },
    ],
  },
  {
    name: 'gpu_power_limit_watts',
    unit: 'watts',
    kind: 'gauge',
    help: 'Power limit that is set for the board.',
    zeroIsBlank: true,
    from: [
      { raw: 'DCGM_FI_DEV_POWER_MGMT_LIMIT', generation: 'dcgm', scale: 1 },
      { raw: 'nv_gpu_power_limit', generation: 'triton', scale: 1 },
    ],
  },
  {
    name: 'gpu_energy_joules_total',
    unit: 'joules',
    kind: 'counter',
    help: 'Energy drawn since the driver was loaded (DCGM) or the server started (Triton).',
    zeroIsBlank: true,
    from: [
      { raw: 'dcgm_total_energy_consumption', generation: 'dcgm-1', scale: MILLI },
      { raw: 'DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION', generation: 'dcgm', scale: MILLI },
      { raw: 'DCGM_FI_DEV_GPU_ENERGY_JOULES_TOTAL', generation: 'dcgm-4.9', scale: 1 },
      { raw: 'nv_energy_consumption', generation: 'triton', scale: 1 },
    ],
  },
  {
    name: 'gpu_temperature_celsius',
    unit: 'celsius',
    kind: 'gauge',
    help: 'Temperature of the GPU.',
    from: [
      { raw: 'dcgm_gpu_temp', generation: 'dcgm-1', scale: 1 },
      { raw: 'DCGM_FI_DEV_GPU_TEMP', generation: 'dcgm', scale: 1 },
      { raw: 'DCGM_FI_DEV_GPU_TEMP_CELSIUS', generation: 'dcgm-4.9', scale: 1 },
      { raw: 'tegrastats_temperature_celsius', generation: 'tegrastats', scale: 1 },
    ],
  },
  {
    name: 'gpu_memory_temperature_celsius',
    unit: 'celsius',
    kind: 'gauge',
    help: 'Temperature of the device memory; absent on boards without the sensor (T4, L4).',
    zeroIsBlank: true,
    from: [
      { raw: 'dcgm_memory_temp', generation: 'dcgm-1', scale: 1 },
      { raw: 'DCGM_FI_DEV_MEMORY_TEMP', generation: 'dcgm', scale: 1 },
      { raw: 'DCGM_FI_DEV_MEMORY_TEMP_CELSIUS', generation: 'dcgm-4.9', scale: 1 },
    ],
  },
  {
    name: 'gpu_sm_clock_hertz',
    unit: 'hertz',
    kind: 'gauge',
    help: 'Clock of the multiprocessors.',
    from: [
      { raw: 'dcgm_sm_clock', generation: 'dcgm-1', scale: MEGAHERTZ },
      { raw: 'DCGM_FI_DEV_SM_CLOCK', generation: 'dcgm', scale: MEGAHERTZ },
      { raw: 'DCGM_FI_DEV_SM_CLOCK_HERTZ', generation: 'dcgm-4.9', scale: 1 },
      { raw: 'tegrastats_gpu_megahertz', generation: 'tegrastats', scale: MEGAHERTZ },
    ],
  },
  {
    name: 'gpu_memory_clock_hertz',
    unit: 'hertz',
    kind: 'gauge',
    help: 'Clock of the device memory.',
    from: [
      { raw: 'dcgm_memory_clock', generation: 'dcgm-1', scale: MEGAHERTZ },
      { raw: 'DCGM_FI_DEV_MEM_CLOCK', generation: 'dcgm', scale: MEGAHERTZ },
      { raw: 'DCGM_FI_DEV_MEMORY_CLOCK_HERTZ', generation: 'dcgm-4.9', scale: 1 },
    ],
  },
  {
    name: 'gpu_pcie_replays_total',
    unit: 'replays',
    kind: 'counter',
    help: 'Transfers on the PCIe bus that had to be repeated.',
    from: [
      { raw: 'dcgm_pcie_replay_counter', generation: 'dcgm-1', scale: 1 },
      { raw: 'DCGM_FI_DEV_PCIE_REPLAY_COUNTER', generation: 'dcgm', scale: 1 },
      { raw: 'DCGM_FI_DEV_PCIE_REPLAY_TOTAL', generation: 'dcgm-4.9', scale: 1 },
    ],
  },
  {
    name: 'gpu_nvlink_bytes_per_second',
    unit: 'bytes_per_second',
    kind: 'gauge',
    help: 'Traffic over all NVLinks. Exporters up to 4.8 declare it a counter, but it is a rate already.',
    from: [
      { raw: 'dcgm_nvlink_bandwidth_total', generation: 'dcgm-1', scale: MEGABYTE },
      { raw: 'DCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL', generation: 'dcgm', scale: MEGABYTE },
      { raw: 'DCGM_FI_DEV_NVLINK_THROUGHPUT_TOTAL', generation: 'dcgm', scale: MEGABYTE },
      { raw: 'DCGM_FI_DEV_NVLINK_THROUGHPUT_BYTES_PER_SECOND', generation: 'dcgm-4.9', scale: 1 },
    ],
  },
  {
    name: 'gpu_xid_errors_total',
    unit: 'errors',
    kind: 'counter',
    help: 'XID errors: counted by the exporter per code (label xid), or else changes of the last code to another one since Plimsoll reads it; the same code twice in a row cannot be seen.',
    from: [
      { raw: 'dcgm_xid_errors', generation: 'dcgm-1', scale: 1, reading: 'last-code' },
      { raw: 'DCGM_FI_DEV_XID_ERRORS', generation: 'dcgm', scale: 1, reading: 'last-code' },
      { raw: 'DCGM_FI_DEV_XID_ERROR', generation: 'dcgm-4.9', scale: 1, reading: 'last-code' },
      { raw: 'DCGM_EXP_XID_ERRORS_TOTAL', generation: 'dcgm', scale: 1 },
    ],
  },
  {
    name: 'gpu_uncorrectable_remapped_rows_total',
    unit: 'rows',
    kind: 'counter',
    help: 'Rows of device memory replaced after errors that could not be corrected.',
    from: [
      { raw: 'DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS', generation: 'dcgm', scale: 1 },
      { raw: 'DCGM_FI_DEV_ROW_REMAP_UNCORRECTABLE_TOTAL', generation: 'dcgm-4.9', scale: 1 },
    ],
  },
  {
    name: 'gpu_correctable_remapped_rows_total',
    unit: 'rows',
    kind: 'counter',
    help: 'Rows of device memory replaced after errors that were corrected.',
    from: [
      { raw: 'DCGM_FI_DEV_CORRECTABLE_REMAPPED_ROWS', generation: 'dcgm', scale: 1 },
      { raw: 'DCGM_FI_DEV_ROW_REMAP_CORRECTABLE_TOTAL', generation: 'dcgm-4.9', scale: 1 },
    ],
  },
];

/** What a raw family means. */
export interface Meaning extends RawFamily {
  readonly series: CanonicalSeries;
}

const MEANINGS: ReadonlyMap<string, Meaning> = new Map(
  CANONICAL_SERIES.flatMap((series) => series.from.map((family): [string, Meaning] => [family.raw, { ...family, series }])),
);

/** The raw family that a re-exporter's name ends with, in whatever case; undefined when there is none. */
export function renamedFamily(name: string): string | undefined {
  const lower = name.toLowerCase();
  return [...MEANINGS.keys()].find((raw) => name !== raw && lower.endsWith(raw.toLowerCase()));
}

/** The canonical meaning of a raw family, by its exact name; undefined when it has none. */
export function meaningOf(raw: string): Meaning | undefined {
  return MEANINGS.get(raw);
}
