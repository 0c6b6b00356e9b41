import { expect, it } from 'vitest';
import { factsOf } from '../../src/facts/index.ts';
import { lineOf, targetOf } from '../sources/support.ts';

const GPU = { gpu: '0', UUID: 'GPU-1' };
const exporter = targetOf('dcgm', { namespace: 'gpu-operator', pod: 'dcgm-exporter-x' });

function gpu(labels: Readonly<Record<string, string>>, family = 'DCGM_FI_DEV_GPU_UTIL') {
  return lineOf(family, { ...GPU, ...labels });
}

const held = { namespace: 'ml', pod: 'triton-0', container: 'triton' };

it.each([
  { name: 'pod labels', lines: [gpu(held)], owners: [{ uuid: 'GPU-1', ...held, evidence: 'exporter-labels' }] },
  {
    name: 'the old namespace',
    lines: [lineOf('dcgm_gpu', { uuid: 'GPU-1', pod_namespace: 'ml', pod_name: 'triton-0', container_name: 'triton' })],
    owners: [{ uuid: 'GPU-1', ...held, evidence: 'exporter-labels' }],
  },
  {
    name: 'exported labels before the plain ones',
    lines: [
      gpu({ exported_namespace: 'ml', exported_pod: 'triton-0', exported_container: 'triton', namespace: 'gpu-operator', pod: 'other' }),
    ],
    owners: [{ uuid: 'GPU-1', ...held, evidence: 'exported-labels' }],
  },
  {
    name: 'a MIG instance',
    lines: [gpu({ ...held, GPU_I_ID: '13', GPU_I_PROFILE: '1g.5gb' })],
    owners: [{ uuid: 'GPU-1', mig_id: '13', ...held, evidence: 'exporter-labels' }],
  },
  {
    name: 'each owner once, however many families say so',
    lines: [gpu(held), gpu(held, 'DCGM_FI_DEV_GPU_TEMP')],
    owners: [{ uuid: 'GPU-1', ...held, evidence: 'exporter-labels' }],
  },
  {
    name: 'a shared GPU has several',
    lines: [gpu(held), gpu({ ...held, pod: 'triton-1' })],
    owners: [
      { uuid: 'GPU-1', ...held, evidence: 'exporter-labels' },
      { uuid: 'GPU-1', ...held, pod: 'triton-1', evidence: 'exporter-labels' },
    ],
  },
  {
    name: 'a container that is not named hides the exporter’s',
    lines: [gpu({ namespace: 'ml', pod: 'triton-0' })],
    owners: [{ uuid: 'GPU-1', ...held, container: '', evidence: 'exporter-labels' }],
  },
  { name: 'the exporter’s own pod', lines: [gpu({ namespace: 'gpu-operator', pod: 'dcgm-exporter-x' })], owners: [] },
  {
    name: 'a pod of the exporter’s name elsewhere',
    lines: [gpu({ ...held, pod: 'dcgm-exporter-x' })],
    owners: [{ uuid: 'GPU-1', ...held, pod: 'dcgm-exporter-x', evidence: 'exporter-labels' }],
  },
  { name: 'empty labels', lines: [gpu({ namespace: '', pod: '', container: '' })], owners: [] },
  { name: 'a pod without a namespace', lines: [gpu({ pod: 'triton-0' })], owners: [] },
  { name: 'no GPU named', lines: [lineOf('DCGM_FI_DEV_GPU_UTIL', { gpu: '0', ...held })], owners: [] },
])('$name', ({ lines, owners }) => {
  const { facts, warnings } = factsOf({ target: exporter, lines, models: {} });
  expect(facts.map(({ labels, value }) => ({ ...Object.fromEntries(labels), value }))).toEqual(
    owners.map((owner) => ({ __name__: 'gpu_owner', ...owner, value: 1 })),
  );
  expect(warnings).toEqual([]);
});

it('refuses the exporter’s own pod also where only its name is known', () => {
  const { facts } = factsOf({
    target: targetOf('dcgm', { pod: 'dcgm-exporter-x' }),
    lines: [gpu({ namespace: 'any', pod: 'dcgm-exporter-x' })],
    models: {},
  });
  expect(facts).toEqual([]);
});

it.each([
  { name: 'labels never there', lines: [gpu({}), gpu({}, 'DCGM_FI_DEV_GPU_TEMP')], codes: ['no-pod-labels'] },
  { name: 'labels there but empty', lines: [gpu({ pod: '' })], codes: [] },
  { name: 'no GPU at all', lines: [lineOf('up', {})], codes: [] },
])('warns when owners cannot be known: $name', ({ lines, codes }) => {
  expect(factsOf({ target: exporter, lines, models: {} }).warnings.map((warning) => warning.code)).toEqual(codes);
});
