import { expect, it } from 'vitest';
import { aliasProblems } from '../../src/sources/aliases.ts';
import { createTargetReader, wrongSource } from '../../src/sources/index.ts';
import { lineOf, targetOf } from './support.ts';

const GPU = { gpu: '0', UUID: 'GPU-1' };

it('reads a family under another name, and wins over the name’s own meaning', () => {
  const aliases = [
    { raw: 'cloud_gpu_duty_cycle', canonical: 'gpu_utilization_ratio', scale: 0.01 },
    { raw: 'DCGM_FI_DEV_GPU_UTIL', canonical: 'gpu_utilization_ratio', scale: 1 },
  ];
  const reader = createTargetReader({ target: targetOf('dcgm'), aliases: () => aliases });
  const writes = aliases.flatMap(({ raw }) => reader.compile(lineOf(raw, GPU)));
  expect(writes.map(({ labels, scale, convert }) => [labels.get('__name__'), scale, convert])).toEqual([
    ['gpu_utilization_ratio', { times: 1, dividedBy: 100 }, undefined],
    ['gpu_utilization_ratio', { times: 1, dividedBy: 1 }, undefined],
  ]);
  expect(reader.compile(lineOf('cloud_other', GPU))).toEqual([]);
});

it('an exporter that has aliased families alone is no wrong source', () => {
  const families = new Set(['cloud_gpu_duty_cycle']);
  expect(wrongSource('dcgm', { families })?.failure).toBe('wrong-source');
  const aliases = [{ raw: 'cloud_gpu_duty_cycle', canonical: 'gpu_utilization_ratio', scale: 0.01 }];
  expect(wrongSource('dcgm', { families, aliases })).toBeUndefined();
});

it.each([
  {
    name: 'a slip',
    aliases: [{ raw: 'a', canonical: 'gpu_utilisation_ratio', scale: 1 }],
    problems: [['aliases[0].canonical', /^cannot feed "gpu_utilisation_ratio": .*gpu_power_watts.*did you mean gpu_utilization_ratio\?$/]],
  },
  { name: 'no such thing', aliases: [{ raw: 'a', canonical: 'x', scale: 1 }], problems: [['aliases[0].canonical', /; use one of them$/]] },
  {
    name: 'one name twice',
    aliases: [
      { raw: 'a', canonical: 'gpu_power_watts', scale: 1 },
      { raw: 'a', canonical: 'gpu_temperature_celsius', scale: 1 },
    ],
    problems: [['aliases[1].raw', /^cannot explain "a" twice/]],
  },
  { name: 'nothing wrong', aliases: [{ raw: 'a', canonical: 'gpu_power_watts', scale: 1 }], problems: [] },
])('$name', ({ aliases, problems }) => {
  expect(aliasProblems(aliases).map(({ path, message }) => [path, message])).toEqual(
    problems.map(([path, message]) => [path, expect.stringMatching(message ?? '')]),
  );
});
