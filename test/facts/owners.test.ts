import { expect, it } from 'vitest';
import { exporter, ownersIn, type Words, worldOf } from './support.ts';

const GPU = { UUID: 'GPU-1' };
const OWN = { namespace: 'gpu-operator', pod: 'dcgm-exporter-x' };
const held = { namespace: 'ml', pod: 'a', container: 'triton' };
const PLAIN = 'GPU-1 ml/a/triton exporter-labels';

function owners(lines: readonly Words[], own: Words = OWN): string[] {
  const said = [exporter('x', own, lines)];
  return ownersIn(worldOf(said), said);
}

it.each([
  { name: 'pod labels', lines: [{ ...GPU, ...held }], expected: [PLAIN] },
  {
    name: 'the old namespace',
    lines: [{ uuid: 'GPU-1', pod_namespace: 'ml', pod_name: 'a', container_name: 'triton' }],
    expected: [PLAIN],
  },
  {
    name: 'exported labels before the plain ones',
    lines: [{ ...GPU, exported_namespace: 'ml', exported_pod: 'a', exported_container: 'triton', namespace: 'gpu-operator', pod: 'other' }],
    expected: ['GPU-1 ml/a/triton exported-labels'],
  },
  {
    name: 'a MIG instance',
    lines: [{ ...GPU, ...held, GPU_I_ID: '13', GPU_I_PROFILE: '1g.5gb' }],
    expected: ['GPU-1/13 ml/a/triton exporter-labels'],
  },
  {
    name: 'many families, one owner',
    lines: [
      { ...GPU, ...held },
      { ...GPU, ...held },
    ],
    expected: [PLAIN],
  },
  {
    name: 'a shared GPU, marked, with duplicates for jobs',
    lines: [
      { ...GPU, ...held, vgpu: '0', hpc_job: '7' },
      { ...GPU, ...held, vgpu: '0', hpc_job: '8' },
      { ...GPU, ...held, pod: 'b', vgpu: '1' },
    ],
    expected: ['GPU-1 ml/a/triton exporter-labels shared=2', 'GPU-1 ml/b/triton exporter-labels shared=2'],
  },
  { name: 'a container that is not named', lines: [{ ...GPU, namespace: 'ml', pod: 'a' }], expected: ['GPU-1 ml/a exporter-labels'] },
  { name: 'the exporter’s own pod', lines: [{ ...GPU, ...OWN }], expected: [] },
  {
    name: 'a pod of the exporter’s name elsewhere',
    lines: [{ ...GPU, ...held, pod: 'dcgm-exporter-x' }],
    expected: ['GPU-1 ml/dcgm-exporter-x/triton exporter-labels'],
  },
  { name: 'empty labels', lines: [{ ...GPU, namespace: '', pod: '', container: '' }], expected: [] },
  { name: 'a pod without a namespace', lines: [{ ...GPU, pod: 'a' }], expected: [] },
  { name: 'no GPU named', lines: [held], expected: [] },
])('by labels of the exporter: $name', ({ lines, expected }) => {
  expect(owners(lines)).toEqual(expected);
});

it.each([
  {
    name: 'only its name is known',
    own: { pod: 'dcgm-exporter-x' },
    lines: [{ ...GPU, namespace: 'any', pod: 'dcgm-exporter-x' }],
    left: 0,
  },
  { name: 'it is the host that lines name', own: {}, lines: [{ ...GPU, namespace: 'any', pod: 'exp-7', Hostname: 'exp-7' }], left: 0 },
  { name: 'the host in lower case', own: {}, lines: [{ ...GPU, namespace: 'any', pod: 'exp-7', hostname: 'exp-7' }], left: 0 },
  {
    name: 'nothing is known of it, and every GPU names one dcgm-exporter',
    own: {},
    lines: [
      { ...GPU, namespace: 'gpu', pod: 'nvidia-dcgm-exporter-7' },
      { UUID: 'GPU-2', namespace: 'gpu', pod: 'nvidia-dcgm-exporter-7' },
    ],
    left: 0,
  },
  {
    name: 'it pushed another pod aside on another line',
    own: {},
    lines: [
      { ...GPU, namespace: 'gpu', pod: 'exp-7', exported_namespace: 'ml', exported_pod: 'a' },
      { UUID: 'GPU-2', namespace: 'gpu', pod: 'exp-7' },
    ],
    left: 1,
  },
  {
    name: 'its name says so, and others were pushed aside',
    own: {},
    lines: [
      { ...GPU, namespace: 'gpu', pod: 'dcgm-exporter-1', exported_namespace: 'ml', exported_pod: 'a' },
      { UUID: 'GPU-2', namespace: 'gpu', pod: 'dcgm-exporter-2' },
    ],
    left: 1,
  },
  {
    name: 'another pod that every GPU names is an owner',
    own: {},
    lines: [
      { ...GPU, ...held },
      { UUID: 'GPU-2', ...held },
    ],
    left: 2,
  },
  {
    name: 'a name like an exporter’s among others is an owner',
    own: {},
    lines: [
      { ...GPU, ...held },
      { UUID: 'GPU-2', namespace: 'ml', pod: 'test-of-dcgm-exporter' },
    ],
    left: 2,
  },
])('the exporter’s own pod is refused: $name', ({ own, lines, left }) => {
  expect(owners(lines, own)).toHaveLength(left);
});

it.each([
  { name: 'labels never there', lines: [GPU, GPU], codes: ['no-pod-labels'] },
  { name: 'labels there but empty', lines: [{ ...GPU, pod: '' }], codes: ['no-pod-labels'] },
  { name: 'a pod without a namespace', lines: [{ ...GPU, pod: 'a' }], codes: [] },
  { name: 'no GPU at all', lines: [{}], codes: [] },
])('warns when owners cannot be known: $name', ({ lines, codes }) => {
  const said = exporter('x', OWN, lines);
  expect(
    worldOf([said])
      .of('x')
      .warnings.map(({ code }) => code),
  ).toEqual(codes);
});
