// What counts as another answer than Prometheus's: the judge of `npm run test:e2e:promql` is judged here.
import { describe, expect, it } from 'vitest';
import { answerDifference } from '../e2e/promql/answer-difference.ts';
import { bitsOf, numbersOf } from '../e2e/promql/bits.ts';
import type { OurAnswer } from '../e2e/promql/embedded.ts';
import type { Answer } from '../e2e/promql/oracle.ts';

const TIME_MS = 60_000;
const NEXT_AFTER_1 = 1 + Number.EPSILON;

function ours(values: Readonly<Record<string, number>>): OurAnswer {
  const series = Object.entries(values).map(([a, value]) => ({ labels: { a }, timesMs: [TIME_MS], values: [value] }));
  return { kind: 'vector', series, warnings: [], infos: [] };
}

function theirs(values: Readonly<Record<string, number>>): Answer {
  const series = Object.entries(values).map(([a, value]) => ({ labels: { a }, timesMs: [TIME_MS], values: bitsOf(value) }));
  return { kind: 'vector', series };
}

function partOf(expr: string, our: OurAnswer, their: Answer): string | undefined {
  return answerDifference({ instant: expr, timeMs: TIME_MS }, our, their)?.part;
}

describe('an answer', () => {
  it.each([
    { name: 'equal numbers', expr: 'x', our: { 1: 2 }, their: { 1: 2 }, part: undefined },
    { name: 'NaN and NaN', expr: 'x', our: { 1: Number.NaN }, their: { 1: -Number.NaN }, part: undefined },
    { name: '0 and −0', expr: 'x', our: { 1: 0 }, their: { 1: -0 }, part: 'values' },
    { name: 'the last bit', expr: 'x', our: { 1: 1 }, their: { 1: NEXT_AFTER_1 }, part: process.arch === 'x64' ? 'values' : undefined },
    { name: 'the last bit of a logarithm', expr: 'ln(x)', our: { 1: 1 }, their: { 1: NEXT_AFTER_1 }, part: undefined },
    { name: 'another logarithm', expr: 'ln(x)', our: { 1: 1 }, their: { 1: 1 + 1e-11 }, part: 'values' },
    { name: 'a series too few', expr: 'x', our: { 1: 1 }, their: { 1: 1, 2: 1 }, part: 'labels' },
    { name: 'a series too many', expr: 'x', our: { 1: 1, 2: 1 }, their: { 1: 1 }, part: 'labels' },
    { name: 'another order', expr: 'x', our: { 5: 1, 4: 2 }, their: { 4: 2, 5: 1 }, part: undefined },
    { name: 'another order of what is sorted', expr: 'sort(x)', our: { a: 2, b: 1 }, their: { b: 1, a: 2 }, part: 'order' },
    { name: 'another order of equal values', expr: 'sort(x)', our: { a: 1, b: 1 }, their: { b: 1, a: 1 }, part: undefined },
    { name: 'another order of what was sorted inside', expr: 'sort(x) + 1', our: { a: 2, b: 1 }, their: { b: 1, a: 2 }, part: undefined },
  ])('$name', ({ expr, our, their, part }) => {
    expect(partOf(expr, ours(our), theirs(their))).toBe(part);
  });

  it.each([
    { name: 'none of it', warnings: [], part: 'warnings' },
    { name: 'the same', warnings: ['b', 'a'], part: undefined },
    { name: 'one more', warnings: ['a', 'b', 'c'], part: 'warnings' },
  ])('with warnings: $name', ({ warnings, part }) => {
    expect(partOf('x', { ...ours({ 1: 1 }), warnings }, { ...theirs({ 1: 1 }), warnings: ['a', 'b'] })).toBe(part);
  });
});

describe('an error', () => {
  const their: Answer = { error: { kind: 'execution', text: 'expanding series: it broke', at: 0, end: 0 } };

  it.each([
    { name: 'the same words', error: { kind: 'execution', text: 'it broke; mend it' }, part: undefined },
    { name: 'other words', error: { kind: 'execution', text: 'it fell' }, part: 'error' },
    { name: 'another kind', error: { kind: 'unsupported', text: 'it broke' }, part: 'error' },
    { name: 'an answer', error: undefined, part: 'error' },
  ] as const)('$name', ({ error, part }) => {
    expect(partOf('x', { ...ours({}), ...(error === undefined ? {} : { error }) }, their)).toBe(part);
  });

  it('of ours alone', () => {
    expect(partOf('x', { ...ours({}), error: { kind: 'defect', text: 'oh' } }, theirs({}))).toBe('error');
  });
});

describe('bits', () => {
  it.each([0, -0, 1, -1.5, 5e-324, Number.POSITIVE_INFINITY])('of %d and back', (value) => {
    expect(numbersOf(bitsOf(value) + bitsOf(value))).toEqual([value, value]);
  });
});
