import { expect, it } from 'vitest';
import { labelsOf } from '../../src/model/labels.ts';
import { type Clash, lineLabels, mergeLabels } from '../../src/store/series-labels.ts';

type Pairs = Record<string, string>;

function seriesOf(said: Pairs, target: Pairs, clash: Clash): Pairs {
  const labels = labelsOf(target);
  return Object.fromEntries(mergeLabels(lineLabels({ said: labelsOf(said), target: labels, clash }), labels));
}

it.each([
  { name: 'no clash', said: { a: '1' }, target: { b: '2' }, series: { a: '1', b: '2' } },
  { name: 'a clash', said: { pod: 'x' }, target: { pod: 'y' }, series: { pod: 'y', exported_pod: 'x' } },
  { name: 'a clash of equal values', said: { pod: 'y' }, target: { pod: 'y' }, series: { pod: 'y', exported_pod: 'y' } },
  {
    name: 'exported_ taken by the line',
    said: { pod: 'x', exported_pod: 'e' },
    target: { pod: 'y' },
    series: { pod: 'y', exported_pod: 'e', exported_exported_pod: 'x' },
  },
  {
    name: 'exported_ taken by the target',
    said: { pod: 'x' },
    target: { pod: 'y', exported_pod: 't' },
    series: { pod: 'y', exported_pod: 't', exported_exported_pod: 'x' },
  },
  {
    name: 'both names clash: the shorter one first',
    said: { exported_pod: 'e', pod: 'x' },
    target: { pod: 'y', exported_pod: 't' },
    series: { pod: 'y', exported_pod: 't', exported_exported_pod: 'x', exported_exported_exported_pod: 'e' },
  },
  { name: 'an empty value says nothing', said: { pod: '' }, target: { pod: 'y', job: 'j' }, series: { pod: 'y', job: 'j' } },
  { name: 'an empty value of the target is no clash', said: { pod: 'x' }, target: { pod: '' }, series: { pod: 'x' } },
  { name: '__proto__ is a name like any other', said: { ['__proto__']: 'x' }, target: {}, series: { ['__proto__']: 'x' } },
])('rename: $name', ({ said, target, series }) => {
  expect(seriesOf(said, target, 'rename')).toEqual(series);
});

it.each([
  { name: 'the line wins', said: { pod: 'x' }, target: { pod: 'y' }, series: { pod: 'x' } },
  { name: 'an empty value hides', said: { pod: '' }, target: { pod: 'y', job: 'j' }, series: { job: 'j' } },
])('override: $name', ({ said, target, series }) => {
  expect(seriesOf(said, target, 'override')).toEqual(series);
});

it.each([
  { name: 'an empty value with nothing to hide', said: { a: '1', b: '' }, target: {}, line: { a: '1' } },
  { name: 'what the target says too', said: { a: '1', job: 'j' }, target: { job: 'j' }, line: { a: '1' } },
])('a line does not keep $name', ({ said, target, line }) => {
  expect(lineLabels({ said: labelsOf(said), target: labelsOf(target), clash: 'override' })).toEqual(labelsOf(line));
});
