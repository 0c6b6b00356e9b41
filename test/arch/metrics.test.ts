// https://prometheus.io/docs/practices/naming/, and that no metric escapes the documents.
import { beforeAll, describe, expect, it } from 'vitest';
import { type Metric, pageMetrics, registeredMetrics } from './docs/registered.ts';
import { sourceFiles } from './source-files.ts';

let metrics: readonly Metric[] = [];
beforeAll(async () => {
  metrics = [...(await registeredMetrics()), ...(await pageMetrics())];
});

function namesWhere(isWrong: (metric: Metric) => boolean): string[] {
  return metrics.filter(isWrong).map(({ name }) => name);
}

it('knows every name that the sources write, and has no name twice', () => {
  const written = sourceFiles().flatMap(({ text }) => [...text.matchAll(/'(plimsoll_[a-z_]+)'/g)].map(([, name]) => name));
  const known = metrics.map(({ name }) => name);
  expect(written.length).toBeGreaterThan(20);
  expect(written.filter((name) => name !== undefined && !known.includes(name))).toEqual([]);
  expect(new Set(known).size).toBe(known.length);
});

describe('every metric', () => {
  it.each<[string, (metric: Metric) => boolean]>([
    ['begins with the name of the program', ({ name }) => !/^plimsoll(?:_[a-z0-9]+)+$/.test(name)],
    ['ends in _total when it is a counter, and only then', ({ name, type }) => name.endsWith('_total') !== (type === 'counter')],
    ['does not look like a part of a histogram', ({ name }) => /_(?:count|sum|bucket)$/.test(name)],
    ['says the unit of a histogram', ({ name, type }) => type === 'histogram' && !/_(?:seconds|bytes)$/.test(name)],
    [
      'is in base units',
      ({ name }) => /_(?:ms|us|millis|milliseconds|microseconds|minutes|kb|mb|mib|kilobytes|megabytes|percent)(?:_|$)/.test(name),
    ],
    ['has a help text of whole sentences', ({ help }) => !/^[A-Z0-9Σ].{20,}\.$/.test(help)],
    ['has plain labels', ({ labels }) => labels.some((label) => !/^[a-z][a-z_]*$/.test(label) || label === 'le')],
  ])('%s', (_, isWrong) => {
    expect(namesWhere(isWrong)).toEqual([]);
  });
});
