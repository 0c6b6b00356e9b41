import { expect, it } from 'vitest';
import { labelsOf } from '../../../src/model/labels.ts';
import { whyNoMetric } from '../../../src/signals/rules/no-metric.ts';
import { compiled, file, type Rule } from './support.ts';

const SERIES = [
  { __name__: 'queue_us', pod: 'a', namespace: 'x', model: 'm' },
  { __name__: 'queue_us', pod: 'b', namespace: 'y', model: 'm' },
  { __name__: 'count', model: 'm' },
  ...['d', 'e', 'f', 'g', 'h'].map((__name__) => ({ __name__ })),
].map(labelsOf);

it.each<[Rule, string | undefined]>([
  [{ seriesQuery: 'queue_us' }, undefined],
  [{ seriesQuery: 'queue_ms' }, 'no series is called queue_ms; did you mean queue_us?'],
  [{ seriesQuery: 'something_else' }, 'no series is called something_else; there are count, d, e, f, g and 2 more'],
  [{ seriesQuery: '{__name__=~"^nv_.*"}' }, 'none of 7 names of series meets __name__=~"^nv_.*"; there are count, d, e, f, g and 2 more'],
  [
    { seriesQuery: 'queue_us{namespace="default"}' },
    '2 series are called so, and none has namespace="default": there namespace is "x", "y"',
  ],
  [{ seriesQuery: 'queue_us{model="m",gpu!=""}' }, '2 series are called so, and none has gpu!="": they have no label gpu'],
  [
    { seriesQuery: '{__name__=~".+"}', ...{ seriesFilters: [{ isNot: '.' }] } },
    'seriesFilters and name.matches let none of 7 names through: count, d, e, f, g and 2 more',
  ],
  [{ seriesQuery: 'queue_us', name: { matches: '^(.*)_us$', as: '$1_seconds' } }, 'name.as "$1_seconds" leaves no name of queue_us'],
  [{ seriesQuery: 'count' }, 'none of the labels stands for a kind of object: model; name one in resources.overrides'],
])('%j', async (rule, why) => {
  const { custom } = await compiled(file([rule]));
  const [first] = custom;
  if (first === undefined) throw new Error('no rule');
  expect(whyNoMetric(first, SERIES)).toBe(why);
});

it('nothing at all is a reason too', async () => {
  const { custom } = await compiled(file([{}]));
  expect(custom.map((rule) => whyNoMetric(rule, []))).toEqual(['there are no series at all']);
});
