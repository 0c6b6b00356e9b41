import { expect, it } from 'vitest';
import { factsOf } from '../../src/facts/index.ts';
import { lineOf, targetOf } from '../sources/support.ts';

function infosOf(...args: Parameters<typeof factsOf>): string[] {
  return factsOf(...args).facts.map(({ labels, value }) => `${[...labels.values()].join(' ')} = ${value}`);
}

const target = targetOf('triton', { pod: 'triton-0' });
const row = (family: string, model: string, more: Readonly<Record<string, string>> = {}) =>
  lineOf(family, { model, version: '1', ...more });

it.each([
  { name: 'no model', lines: [lineOf('nv_cpu_utilization', {})], infos: [] },
  {
    name: 'each model once, over both series sets and all families',
    lines: [
      row('nv_inference_count', 'a', { gpu_uuid: 'GPU-1' }),
      row('nv_inference_count', 'a'),
      row('nv_inference_pending_request_count', 'a'),
      row('nv_inference_count', 'b'),
    ],
    infos: ['triton_model_info a 1 leaf = 1', 'triton_model_info b 1 leaf = 1'],
  },
  {
    name: 'versions are apart',
    lines: [lineOf('nv_inference_count', { model: 'a', version: '42' }), lineOf('nv_inference_count', { model: 'a', version: '43' })],
    infos: ['triton_model_info a 42 leaf = 1', 'triton_model_info a 43 leaf = 1'],
  },
  {
    name: 'metric tags and namespaces are not identity',
    lines: [row('nv_inference_count', 'a', { _team: 'speech', namespace: 'repo' })],
    infos: ['triton_model_info a 1 leaf = 1'],
  },
  { name: 'the failures of an unloaded model are no sign of life', lines: [row('nv_inference_request_failure', 'gone')], infos: [] },
  { name: 'a line without a name', lines: [{ labels: new Map([['model', 'a']]), type: 'gauge' as const }], infos: [] },
  { name: 'a custom metric of a backend is none either', lines: [row('input_byte_size_counter', 'a')], infos: [] },
  { name: 'a row without a version', lines: [lineOf('nv_inference_count', { model: 'a' })], infos: ['triton_model_info a  leaf = 1'] },
])('$name', ({ lines, infos }) => {
  expect(infosOf({ target, lines, models: {} })).toEqual(infos);
});

it('takes the kind from the configuration', () => {
  const models = { vision: { kind: 'ensemble' }, resnet: { kind: 'leaf' } } as const;
  const { facts, warnings } = factsOf({
    target,
    lines: [row('nv_inference_count', 'vision'), row('nv_inference_count', 'resnet')],
    models,
  });
  expect(facts.map((fact) => fact.labels.get('kind'))).toEqual(['ensemble', 'leaf']);
  expect(warnings).toEqual([]);
});

it.each([
  { names: ['a'], message: 'it is not known whether "a" is an ensemble' },
  {
    names: ['a', 'constructor', 'c', 'd', 'e', 'f', 'g'],
    message: 'it is not known whether "a", "constructor", "c", "d", "e" and 2 more are ensembles',
  },
])('says once which kinds are not known: $names', ({ names, message }) => {
  const lines = names.flatMap((model) => [row('nv_inference_count', model), row('nv_inference_exec_count', model)]);
  const { warnings } = factsOf({ target, lines, models: { other: { kind: 'leaf' } } });
  expect(warnings).toHaveLength(1);
  expect(warnings[0]?.code).toBe('model-kinds-unknown');
  expect(warnings[0]?.message).toContain(message);
});

it.each(['generic', 'llm', 'tegrastats'] as const)('a target that is %s has no facts', (source) => {
  expect(factsOf({ target: targetOf(source), lines: [row('nv_inference_count', 'a')], models: {} })).toEqual({ facts: [], warnings: [] });
});
