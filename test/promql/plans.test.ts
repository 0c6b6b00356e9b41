// Expressions are made ready once, and what they take in memory has a bound.
import { expect, it } from 'vitest';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import { Texts } from '../../src/promql/eval/labels/texts.ts';
import { createPlans } from '../../src/promql/plans.ts';
import { repetitionsIn } from '../../src/promql/syntax/parse-selector.ts';
import { load } from './support/load.ts';

const SOURCE = load(1000, 'up 1');
const SETTINGS = {
  source: SOURCE,
  lookbackMs: 300_000,
  defaultSubqueryStepMs: 60_000,
  delayedNameRemoval: false,
  texts: new Texts(SOURCE),
};

it('knows an expression again', () => {
  const plans = createPlans(SETTINGS, { clock: new VirtualClock() });
  expect(plans('up')).toBe(plans('up'));
});

it('forgets what nobody has asked for 15 minutes', async () => {
  const clock = new VirtualClock();
  const plans = createPlans(SETTINGS, { clock });
  const [asked, left] = [plans('up == 0'), plans('up == 1')];
  await clock.advance(10 * 60_000);
  expect(plans('up == 0')).toBe(asked);
  await clock.advance(6 * 60_000);
  plans('up == 2');
  expect(plans('up == 0')).toBe(asked);
  expect(plans('up == 1')).not.toBe(left);
});

it('forgets the one asked longest ago above 500, and sooner where regular expressions are large', () => {
  const plans = createPlans(SETTINGS, { clock: new VirtualClock() });
  const [first, second] = [plans('up == 0'), plans('up == 1')];
  for (let number = 2; number < 512; number += 1) plans(`up == ${number}`);
  expect(plans('up == 0')).toBe(first);
  plans('up == 1000');
  expect(plans('up == 1')).not.toBe(second);
  expect(plans('up == 0')).toBe(first);
  for (let number = 0; number < 6; number += 1) plans(`x{a=~"b{1000}c${number}"}`);
  expect(plans('up == 0')).not.toBe(first);
});

it.each([
  ['{a="b"}', 0],
  ['{a=~"b{2}"}', 1],
  ['{a=~`b{2,3}c{4,}`}', 2],
  ['{a=~"b\\x7B2}"}', 1],
  ['{a=~"b\\1732}"}', 1],
  ['{a=~"b{\\x32}"}', 1],
])('%s may have %i repetitions', (text, count) => {
  expect(repetitionsIn(text)).toBe(count);
});
