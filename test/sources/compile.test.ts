import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scaled } from '../../src/lib/scale.ts';
import { CANONICAL_SERIES } from '../../src/sources/canonical.ts';
import { compileRow, lineOf, targetOf } from './support.ts';

const HIDDEN = { namespace: '', pod: '', container: '' };

describe('DCGM lines', () => {
  it.each([
    {
      name: 'a whole GPU in the exporter’s default form',
      line: lineOf('DCGM_FI_DEV_GPU_UTIL', { gpu: '0', UUID: 'GPU-1', device: 'nvidia0', modelName: 'Tesla T4', Hostname: 'node-a' }),
      labels: { gpu: '0', uuid: 'GPU-1', node: 'node-a' },
    },
    {
      name: 'a MIG instance',
      line: lineOf('DCGM_FI_DEV_GPU_UTIL', { gpu: '0', UUID: 'GPU-1', GPU_I_PROFILE: '1g.5gb', GPU_I_ID: '13', Hostname: 'node-a' }),
      labels: { gpu: '0', uuid: 'GPU-1', mig_profile: '1g.5gb', mig_id: '13', node: 'node-a' },
    },
    {
      name: 'the old namespace: lower case, uuid',
      line: lineOf('dcgm_fi_dev_gpu_util', { gpu: '1', uuid: 'GPU-2', pod_name: '', pod_namespace: '' }),
      labels: { gpu: '1', uuid: 'GPU-2' },
    },
    {
      name: 'hostname in lower case, as from exporter 4.8.3 on',
      line: lineOf('DCGM_FI_DEV_GPU_UTIL_RATIO', { gpu: '0', UUID: 'GPU-1', hostname: 'node-b' }),
      labels: { gpu: '0', uuid: 'GPU-1', node: 'node-b' },
    },
    {
      name: 'pod labels of the line stay out: the owner is a fact',
      line: lineOf('DCGM_FI_DEV_GPU_UTIL', {
        gpu: '0',
        UUID: 'GPU-1',
        namespace: 'ml',
        pod: 'triton-0',
        container: 'c',
        vgpu: '1',
        hpc_job: '7',
      }),
      labels: { gpu: '0', uuid: 'GPU-1' },
    },
    {
      name: 'empty labels are absent',
      line: lineOf('DCGM_FI_DEV_GPU_UTIL', { gpu: '0', UUID: 'GPU-1', GPU_I_ID: '', GPU_I_PROFILE: '', Hostname: '' }),
      labels: { gpu: '0', uuid: 'GPU-1' },
    },
  ])('$name', ({ line, labels }) => {
    const [write, ...more] = compileRow(line, targetOf('dcgm', { pod: 'dcgm-exporter-x' }));
    expect(more).toEqual([]);
    expect(Object.fromEntries(write?.labels ?? [])).toEqual({ __name__: 'gpu_utilization_ratio', source: 'dcgm', ...labels, ...HIDDEN });
  });

  it.each([
    { name: 'the target knows its node better', target: targetOf('dcgm', { node: 'n' }) },
    { name: 'an old exporter names its own pod', target: targetOf('dcgm', { pod: 'node-a' }) },
  ])('takes no node from the line: $name', ({ target }) => {
    const [write] = compileRow(lineOf('DCGM_FI_DEV_GPU_TEMP', { gpu: '0', UUID: 'GPU-1', Hostname: 'node-a' }), target);
    expect(write?.labels.has('node')).toBe(false);
  });

  it.each([
    { name: 'no GPU named', line: lineOf('DCGM_FI_DEV_GPU_UTIL', { Hostname: 'node-a' }) },
    { name: 'a family without a canonical meaning', line: lineOf('DCGM_FI_DEV_VGPU_LICENSE_STATUS', { gpu: '0', UUID: 'GPU-1' }) },
    { name: 'a family of Triton', line: lineOf('nv_gpu_utilization', { gpu: '0', UUID: 'GPU-1' }) },
    { name: 'another name', line: lineOf('up', {}) },
  ])('writes nothing: $name', ({ line }) => {
    expect(compileRow(line, targetOf('dcgm'))).toEqual([]);
  });

  it('leaves sentinels out, and the 0 of a memory sensor that is not there, but no true 0', () => {
    const [temperature] = compileRow(lineOf('DCGM_FI_DEV_MEMORY_TEMP', { gpu: '0', UUID: 'GPU-1' }), targetOf('dcgm'));
    const [utilization] = compileRow(lineOf('DCGM_FI_DEV_GPU_UTIL', { gpu: '0', UUID: 'GPU-1' }), targetOf('dcgm'));
    expect([0, 9.3e18, 40].map((value) => temperature?.isBlank?.(value))).toEqual([true, true, false]);
    expect([0, 2_147_483_632, 100].map((value) => utilization?.isBlank?.(value))).toEqual([false, true, false]);
  });
});

describe('Triton lines', () => {
  it('a GPU row carries its uuid', () => {
    const [write] = compileRow(lineOf('nv_gpu_utilization', { gpu_uuid: 'GPU-1' }), targetOf('triton', { pod: 'triton-0', node: 'n' }));
    expect(Object.fromEntries(write?.labels ?? [])).toEqual({
      __name__: 'gpu_utilization_ratio',
      uuid: 'GPU-1',
      source: 'triton',
      ...HIDDEN,
    });
    expect(write?.scale).toEqual({ times: 1, dividedBy: 1 });
  });

  it.each([
    { name: 'rows about models are used as they are', line: lineOf('nv_inference_count', { model: 'm', version: '1', gpu_uuid: 'GPU-1' }) },
    { name: 'no gpu_uuid', line: lineOf('nv_gpu_utilization', {}) },
    { name: 'a family of DCGM', line: lineOf('DCGM_FI_DEV_GPU_UTIL', { gpu_uuid: 'GPU-1' }) },
  ])('writes nothing: $name', ({ line }) => {
    expect(compileRow(line, targetOf('triton'))).toEqual([]);
  });
});

it.each(['dcgm', 'triton'] as const)('a line without a name has none at a target that is %s', (source) => {
  expect(compileRow({ labels: new Map([['UUID', 'GPU-1']]), type: 'unknown' }, targetOf(source))).toEqual([]);
});

it.each(['generic', 'llm', 'tegrastats'] as const)('a target that is %s has no canonical rows', (source) => {
  expect(compileRow(lineOf('DCGM_FI_DEV_GPU_UTIL', { gpu: '0', UUID: 'GPU-1' }), targetOf(source))).toEqual([]);
});

it('never throws, and writes one finite scale and no empty identity, whatever the labels are', () => {
  const raw = fc.constantFrom(...CANONICAL_SERIES.flatMap((series) => series.from.map((family) => family.raw)));
  const key = fc.oneof(
    fc.constantFrom('gpu', 'UUID', 'uuid', 'gpu_uuid', 'GPU_I_ID', 'Hostname', '__proto__'),
    fc.string({ maxLength: 8 }),
  );
  const labels = fc.array(fc.tuple(key, fc.string({ maxLength: 8 })), { maxLength: 8 });
  fc.assert(
    fc.property(
      fc.oneof(raw, fc.string({ maxLength: 30 })),
      labels,
      fc.constantFrom('dcgm', 'triton', 'generic'),
      (name, pairs, source) => {
        const writes = compileRow({ labels: new Map([...pairs, ['__name__', name]]), type: 'unknown' }, targetOf(source));
        expect(writes.length).toBeLessThanOrEqual(1);
        for (const write of writes) {
          expect(scaled(1, write.scale)).toBeGreaterThan(0);
          // What is said of a machine has no GPU.
          if (write.labels.get('__name__')?.startsWith('gpu_')) expect(write.labels.get('uuid') || write.labels.get('gpu')).toBeTruthy();
        }
      },
    ),
  );
});
