// What lines about a machine feed: names, labels, units, and of which source.
import { expect, it } from 'vitest';
import { scaled } from '../../src/lib/scale.ts';
import { MACHINE_SERIES } from '../../src/sources/machine.ts';
import { PROC_FAMILIES } from '../../src/sources/proc/families.ts';
import { TEGRASTATS_FAMILIES } from '../../src/sources/tegrastats/families.ts';
import { isTritonFamily } from '../../src/sources/triton/families.ts';
import { compileRow, lineOf, targetOf } from './support.ts';

const NOBODY = { namespace: '', pod: '', container: '' };

it.each([
  { source: 'tegrastats', raw: 'tegrastats_cpu_mean_percent', labels: {}, value: 7, series: 'cpu_utilization_ratio', said: 0.07 },
  {
    source: 'tegrastats',
    raw: 'tegrastats_cpu_percent',
    labels: { core: '3' },
    value: 63,
    series: 'cpu_core_utilization_ratio',
    said: 0.63,
  },
  { source: 'tegrastats', raw: 'tegrastats_cpu_megahertz', labels: { core: '3' }, value: 729, series: 'cpu_core_clock_hertz', said: 729e6 },
  { source: 'tegrastats', raw: 'tegrastats_emc_percent', labels: {}, value: 43, series: 'emc_utilization_ratio', said: 0.43 },
  {
    source: 'tegrastats',
    raw: 'tegrastats_engine_percent',
    labels: { engine: 'VIC' },
    value: 1,
    series: 'engine_utilization_ratio',
    said: 0.01,
  },
  { source: 'tegrastats', raw: 'tegrastats_power_milliwatts', labels: { rail: 'VDD_IN' }, value: 4067, series: 'power_watts', said: 4.067 },
  {
    source: 'tegrastats',
    raw: 'tegrastats_power_average_milliwatts',
    labels: { rail: 'NC_2' },
    value: 1,
    series: 'power_average_watts',
    said: 0.001,
  },
  { source: 'tegrastats', raw: 'tegrastats_memory_used_bytes', labels: {}, value: 5, series: 'memory_used_bytes', said: 5 },
  { source: 'proc', raw: 'proc_memory_used_bytes', labels: {}, value: 5, series: 'memory_used_bytes', said: 5 },
  { source: 'proc', raw: 'proc_load_average', labels: { window: '5m' }, value: 1.5, series: 'load_average_tasks', said: 1.5 },
  {
    source: 'proc',
    raw: 'proc_pressure_stalled_seconds_total',
    labels: { resource: 'io', tasks: 'all' },
    value: 2,
    series: 'pressure_stalled_seconds_total',
    said: 2,
  },
] as const)('$raw is $series', ({ source, raw, labels, value, series, said }) => {
  const [write, ...others] = compileRow(lineOf(raw, labels), targetOf(source));
  expect(others).toEqual([]);
  expect(Object.fromEntries(write?.labels ?? [])).toEqual({ ...NOBODY, __name__: series, source, ...labels });
  expect(write && scaled(value, write.scale)).toBe(said);
});

it.each([
  ['nv_cpu_utilization', 'cpu_utilization_ratio'],
  ['nv_cpu_memory_total_bytes', 'memory_total_bytes'],
  ['nv_cpu_memory_used_bytes', 'memory_used_bytes'],
])('%s of a Triton is %s, at the pod that says it', (raw, series) => {
  const [write] = compileRow(lineOf(raw, {}), targetOf('triton', { pod: 'p' }));
  expect(Object.fromEntries(write?.labels ?? [])).toEqual({ __name__: series, source: 'triton' });
  // Sizes are 0 until its first poll; a processor may be idle.
  expect(write?.isBlank?.(0)).toBe(series.startsWith('memory'));
});

it.each([
  { raw: 'tegrastats_gpu_percent', labels: { engine: 'GR3D2' }, series: ['gpu_utilization_ratio'] },
  { raw: 'tegrastats_gpu_megahertz', labels: { engine: 'GR3D', cluster: '1' }, series: ['gpu_sm_clock_hertz'] },
  { raw: 'tegrastats_temperature_celsius', labels: { zone: 'GPU' }, series: ['temperature_celsius', 'gpu_temperature_celsius'] },
  { raw: 'tegrastats_temperature_celsius', labels: { zone: 'tj' }, series: ['temperature_celsius'] },
])('$raw $labels feeds $series, of the one GPU', ({ raw, labels, series }) => {
  const writes = compileRow(lineOf(raw, labels), targetOf('tegrastats')).map((write) => Object.fromEntries(write.labels));
  expect(writes.map(({ __name__: name }) => name)).toEqual(series);
  for (const write of writes) {
    if (write['__name__']?.startsWith('gpu_') === true)
      expect(write).toEqual({ ...NOBODY, __name__: write['__name__'], gpu: '0', source: 'tegrastats' });
    else expect(write['zone']).toBe(labels.zone?.toLowerCase());
  }
});

it.each(['tegrastats_lines_total', 'proc_cpu_seconds', 'up', 'constructor'])('%s has no meaning', (raw) => {
  expect([compileRow(lineOf(raw, {}), targetOf('tegrastats')), compileRow(lineOf(raw, {}), targetOf('proc'))]).toEqual([[], []]);
});

it('explains families alone that its sources say', () => {
  const said = new Set([...Object.keys(TEGRASTATS_FAMILIES), ...Object.keys(PROC_FAMILIES)]);
  const foreign = (raw: string): boolean => !said.has(raw) && !isTritonFamily(raw);
  expect(MACHINE_SERIES.flatMap(({ from }) => from.map(({ raw }) => raw)).filter(foreign)).toEqual([]);
});
