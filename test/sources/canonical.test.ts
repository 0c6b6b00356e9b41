import { expect, it } from 'vitest';
import { scaled, scaleOf } from '../../src/lib/scale.ts';
import { CANONICAL_SERIES, meaningOf } from '../../src/sources/canonical.ts';
import { EVERY_SERIES } from '../../src/sources/every-series.ts';

// Raw name, a value as exporters print it, and what it is in the canonical series: written by hand from the exporters' documentation.
const GOLDEN: readonly (readonly [string, number, string, number])[] = [
  ['DCGM_FI_DEV_GPU_UTIL', 91, 'gpu_utilization_ratio', 0.91],
  ['DCGM_FI_DEV_GPU_UTIL_RATIO', 0.91, 'gpu_utilization_ratio', 0.91],
  ['nv_gpu_utilization', 0.91, 'gpu_utilization_ratio', 0.91],
  ['DCGM_FI_PROF_GR_ENGINE_ACTIVE', 0.156205, 'gpu_engine_active_ratio', 0.156205],
  ['DCGM_FI_PROF_GR_ENGINE_UTIL_RATIO', 0.156205, 'gpu_engine_active_ratio', 0.156205],
  ['DCGM_FI_PROF_SM_ACTIVE', 0.5, 'gpu_sm_active_ratio', 0.5],
  ['DCGM_FI_PROF_SM_UTIL_RATIO', 0.5, 'gpu_sm_active_ratio', 0.5],
  ['DCGM_FI_PROF_PIPE_TENSOR_ACTIVE', 0.005822, 'gpu_tensor_active_ratio', 0.005822],
  ['DCGM_FI_PROF_TENSOR_UTIL_RATIO', 0.005822, 'gpu_tensor_active_ratio', 0.005822],
  ['DCGM_FI_PROF_DRAM_ACTIVE', 0.092781, 'gpu_dram_active_ratio', 0.092781],
  ['DCGM_FI_PROF_DRAM_UTIL_RATIO', 0.092781, 'gpu_dram_active_ratio', 0.092781],
  ['DCGM_FI_DEV_FB_USED', 5120, 'gpu_memory_used_bytes', 5_368_709_120],
  ['DCGM_FI_DEV_FB_USED_BYTES', 5_368_709_120, 'gpu_memory_used_bytes', 5_368_709_120],
  ['nv_gpu_memory_used_bytes', 5_368_709_120, 'gpu_memory_used_bytes', 5_368_709_120],
  ['DCGM_FI_DEV_FB_FREE', 9791, 'gpu_memory_free_bytes', 10_266_607_616],
  ['DCGM_FI_DEV_FB_FREE_BYTES', 10_266_607_616, 'gpu_memory_free_bytes', 10_266_607_616],
  ['DCGM_FI_DEV_FB_RESERVED', 447, 'gpu_memory_reserved_bytes', 468_713_472],
  ['DCGM_FI_DEV_FB_RESERVED_BYTES', 468_713_472, 'gpu_memory_reserved_bytes', 468_713_472],
  ['DCGM_FI_DEV_FB_TOTAL', 15_358, 'gpu_memory_total_bytes', 16_104_030_208],
  ['DCGM_FI_DEV_FB_CAPACITY_BYTES', 16_104_030_208, 'gpu_memory_total_bytes', 16_104_030_208],
  ['nv_gpu_memory_total_bytes', 16_104_030_208, 'gpu_memory_total_bytes', 16_104_030_208],
  ['DCGM_FI_DEV_POWER_USAGE', 68.244, 'gpu_power_watts', 68.244],
  ['DCGM_FI_DEV_BOARD_POWER_WATTS', 68.244, 'gpu_power_watts', 68.244],
  ['nv_gpu_power_usage', 68.244, 'gpu_power_watts', 68.244],
  ['DCGM_FI_DEV_POWER_MGMT_LIMIT', 70, 'gpu_power_limit_watts', 70],
  ['nv_gpu_power_limit', 70, 'gpu_power_limit_watts', 70],
  ['DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION', 15_152_422_938, 'gpu_energy_joules_total', 15_152_422.938],
  ['DCGM_FI_DEV_GPU_ENERGY_JOULES_TOTAL', 15_152_422.938, 'gpu_energy_joules_total', 15_152_422.938],
  ['nv_energy_consumption', 10_918.654, 'gpu_energy_joules_total', 10_918.654],
  ['DCGM_FI_DEV_GPU_TEMP', 74, 'gpu_temperature_celsius', 74],
  ['DCGM_FI_DEV_GPU_TEMP_CELSIUS', 74, 'gpu_temperature_celsius', 74],
  ['DCGM_FI_DEV_MEMORY_TEMP', 69, 'gpu_memory_temperature_celsius', 69],
  ['DCGM_FI_DEV_MEMORY_TEMP_CELSIUS', 69, 'gpu_memory_temperature_celsius', 69],
  ['DCGM_FI_DEV_SM_CLOCK', 660, 'gpu_sm_clock_hertz', 660e6],
  ['DCGM_FI_DEV_SM_CLOCK_HERTZ', 660e6, 'gpu_sm_clock_hertz', 660e6],
  ['DCGM_FI_DEV_MEM_CLOCK', 5000, 'gpu_memory_clock_hertz', 5e9],
  ['DCGM_FI_DEV_MEMORY_CLOCK_HERTZ', 5e9, 'gpu_memory_clock_hertz', 5e9],
  ['DCGM_FI_DEV_PCIE_REPLAY_COUNTER', 3, 'gpu_pcie_replays_total', 3],
  ['DCGM_FI_DEV_PCIE_REPLAY_TOTAL', 3, 'gpu_pcie_replays_total', 3],
  ['dcgm_gpu_utilization', 91, 'gpu_utilization_ratio', 0.91],
  ['dcgm_mem_copy_utilization', 73, 'gpu_memory_copy_utilization_ratio', 0.73],
  ['DCGM_FI_DEV_MEM_COPY_UTIL', 73, 'gpu_memory_copy_utilization_ratio', 0.73],
  ['DCGM_FI_DEV_MEMORY_UTIL_RATIO', 0.73, 'gpu_memory_copy_utilization_ratio', 0.73],
  ['dcgm_enc_utilization', 5, 'gpu_encoder_utilization_ratio', 0.05],
  ['DCGM_FI_DEV_ENC_UTIL', 5, 'gpu_encoder_utilization_ratio', 0.05],
  ['DCGM_FI_DEV_ENC_UTIL_RATIO', 0.05, 'gpu_encoder_utilization_ratio', 0.05],
  ['dcgm_dec_utilization', 7, 'gpu_decoder_utilization_ratio', 0.07],
  ['DCGM_FI_DEV_DEC_UTIL', 7, 'gpu_decoder_utilization_ratio', 0.07],
  ['DCGM_FI_DEV_DEC_UTIL_RATIO', 0.07, 'gpu_decoder_utilization_ratio', 0.07],
  ['DCGM_FI_PROF_SM_OCCUPANCY', 0.25, 'gpu_sm_occupancy_ratio', 0.25],
  ['DCGM_FI_PROF_SM_OCCUPANCY_RATIO', 0.25, 'gpu_sm_occupancy_ratio', 0.25],
  ['dcgm_fb_used', 5120, 'gpu_memory_used_bytes', 5_368_709_120],
  ['dcgm_fb_free', 9791, 'gpu_memory_free_bytes', 10_266_607_616],
  ['dcgm_fb_total', 15_358, 'gpu_memory_total_bytes', 16_104_030_208],
  ['dcgm_power_usage', 68.244, 'gpu_power_watts', 68.244],
  ['dcgm_total_energy_consumption', 15_152_422_938, 'gpu_energy_joules_total', 15_152_422.938],
  ['dcgm_gpu_temp', 74, 'gpu_temperature_celsius', 74],
  ['dcgm_memory_temp', 69, 'gpu_memory_temperature_celsius', 69],
  ['dcgm_sm_clock', 660, 'gpu_sm_clock_hertz', 660e6],
  ['dcgm_memory_clock', 5000, 'gpu_memory_clock_hertz', 5e9],
  ['dcgm_pcie_replay_counter', 3, 'gpu_pcie_replays_total', 3],
  ['dcgm_nvlink_bandwidth_total', 250, 'gpu_nvlink_bytes_per_second', 250e6],
  ['DCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL', 250, 'gpu_nvlink_bytes_per_second', 250e6],
  ['DCGM_FI_DEV_NVLINK_THROUGHPUT_TOTAL', 250, 'gpu_nvlink_bytes_per_second', 250e6],
  ['DCGM_FI_DEV_NVLINK_THROUGHPUT_BYTES_PER_SECOND', 250e6, 'gpu_nvlink_bytes_per_second', 250e6],
  ['dcgm_xid_errors', 1, 'gpu_xid_errors_total', 1],
  ['DCGM_FI_DEV_XID_ERRORS', 1, 'gpu_xid_errors_total', 1],
  ['DCGM_FI_DEV_XID_ERROR', 1, 'gpu_xid_errors_total', 1],
  ['DCGM_EXP_XID_ERRORS_TOTAL', 2, 'gpu_xid_errors_total', 2],
  ['DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS', 1, 'gpu_uncorrectable_remapped_rows_total', 1],
  ['DCGM_FI_DEV_ROW_REMAP_UNCORRECTABLE_TOTAL', 1, 'gpu_uncorrectable_remapped_rows_total', 1],
  ['tegrastats_gpu_percent', 63, 'gpu_utilization_ratio', 0.63],
  ['tegrastats_gpu_megahertz', 621, 'gpu_sm_clock_hertz', 621e6],
  ['tegrastats_temperature_celsius', 43.5, 'gpu_temperature_celsius', 43.5],
  ['DCGM_FI_DEV_CORRECTABLE_REMAPPED_ROWS', 1, 'gpu_correctable_remapped_rows_total', 1],
  ['DCGM_FI_DEV_ROW_REMAP_CORRECTABLE_TOTAL', 1, 'gpu_correctable_remapped_rows_total', 1],
];

it.each(GOLDEN)('%s %d is %s %d', (raw, value, name, expected) => {
  const meaning = meaningOf(raw);
  expect(meaning?.series.name).toBe(name);
  expect(scaled(value, scaleOf(meaning?.scale ?? Number.NaN))).toBe(expected);
});

it('has no row that the golden table leaves out, and no raw name twice', () => {
  const raws = CANONICAL_SERIES.flatMap((series) => series.from.map((family) => family.raw));
  expect(raws.toSorted()).toEqual(GOLDEN.map(([raw]) => raw).toSorted());
});

it.each(EVERY_SERIES)('$name carries its unit, and _total exactly when it counts', ({ name, unit, kind }) => {
  expect(name.endsWith('_total')).toBe(kind === 'counter');
  // How many observations there are carries the unit of what is observed.
  if (unit !== 'observations') expect(name).toContain(`_${unit}`);
});

it.each(['DCGM_EXP_XID_ERRORS_COUNT', 'nv_inference_count', '', 'constructor', '__proto__'])('%j has no canonical meaning', (raw) => {
  expect(meaningOf(raw)).toBeUndefined();
});

it('has no canonical name twice, and none that a server says itself', () => {
  const names = EVERY_SERIES.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  const raws = new Set(EVERY_SERIES.flatMap(({ from }) => from.map(({ raw }) => raw)));
  expect(names.filter((name) => raws.has(name))).toEqual([]);
});
