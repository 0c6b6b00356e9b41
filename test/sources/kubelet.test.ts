import { describe, expect, it } from 'vitest';
import { scaled } from '../../src/lib/scale.ts';
import { compileRow, lineOf, targetOf } from './support.ts';

const POD = { namespace: 'prod', pod: 'triton-0' };
const KUBELET = targetOf('kubelet', { instance: '10.0.0.1:10250', node: 'gpu-1' });

describe('lines of a kubelet', () => {
  it.each([
    { raw: 'pod_cpu_usage_seconds_total', said: POD, series: 'pod_cpu_used_seconds_total', labels: { ...POD, container: '' } },
    { raw: 'pod_memory_working_set_bytes', said: POD, series: 'pod_memory_used_bytes', labels: { ...POD, container: '' } },
    {
      raw: 'node_cpu_usage_seconds_total',
      said: {},
      series: 'node_cpu_used_seconds_total',
      labels: { namespace: '', pod: '', container: '' },
    },
    { raw: 'node_memory_working_set_bytes', said: {}, series: 'node_memory_used_bytes', labels: { namespace: '', pod: '', container: '' } },
  ])('$raw feeds $series', ({ raw, said, series, labels }) => {
    const [write, ...more] = compileRow(lineOf(raw, said), KUBELET);
    expect(more).toEqual([]);
    expect(Object.fromEntries(write?.labels ?? [])).toEqual({ __name__: series, ...labels });
    expect(scaled(2_147_483_632, write?.scale ?? { times: 0, dividedBy: 1 })).toBe(2_147_483_632);
  });

  it.each([
    { name: 'containers are their pod’s', line: lineOf('container_cpu_usage_seconds_total', { ...POD, container: 'triton' }) },
    { name: 'swap is no load', line: lineOf('pod_swap_usage_bytes', POD) },
    { name: 'a pod without a name', line: lineOf('pod_cpu_usage_seconds_total', { namespace: 'prod' }) },
    { name: 'a pod without a namespace', line: lineOf('pod_cpu_usage_seconds_total', { pod: 'triton-0', namespace: '' }) },
    { name: 'another family', line: lineOf('pod_cpu_used_seconds_total', POD) },
  ])('feed nothing: $name', ({ line }) => {
    expect(compileRow(line, KUBELET)).toEqual([]);
  });

  it.each([
    // What DCGM prints for "not known" is so many bytes here.
    [2_147_483_632, false],
    [0, false],
    [Number.NaN, true],
    [Number.POSITIVE_INFINITY, true],
  ])('%d is no number: %s', (value, expected) => {
    const [write] = compileRow(lineOf('pod_memory_working_set_bytes', POD), KUBELET);
    expect(write?.isBlank?.(value)).toBe(expected);
  });

  it('mean something at a kubelet only', () => {
    const line = lineOf('pod_cpu_usage_seconds_total', POD);
    for (const source of ['triton', 'dcgm', 'generic'] as const) expect(compileRow(line, targetOf(source))).toEqual([]);
  });
});
