// What a person on call reads: golden files of a world in which one pod of three has died.
import { beforeAll, describe, expect, it } from 'vitest';
import { type Explanation, explanation } from '../../../src/cli/explain/document.ts';
import { numberText, rowsText, secondsText, since } from '../../../src/cli/explain/layout.ts';
import { explanationText, hasValue } from '../../../src/cli/explain/text.ts';
import { type ExplainWorld, explainWorld } from '../../explain/support/world.ts';

let world: ExplainWorld;
beforeAll(async () => {
  world = await explainWorld();
});

/** As it comes over the wire. */
async function document(metric: string, object: string): Promise<Explanation> {
  return explanation.parse(JSON.parse(JSON.stringify(await world.explain({ metric, object }))));
}

describe('is written as before', () => {
  it.each([
    { name: 'estimated', metric: 'triton_inflight_requests', object: 'deployments.apps/demo/triton' },
    { name: 'gpu', metric: 'gpu_utilization_ratio', object: 'pods/demo/a' },
    { name: 'ratio', metric: 'triton_request_latency_seconds', object: 'pods/demo/*' },
    { name: 'dead', metric: 'triton_inflight_requests', object: 'pods/demo/c' },
    { name: 'no-series', metric: 'triton_pending_requests', object: 'deployments.apps/demo/old' },
    { name: 'no-object', metric: 'triton_inflight_requests', object: 'deployments.apps/demo/trition' },
    { name: 'unknown-pod', metric: 'triton_inflight_requests', object: 'pods/dmo/a' },
  ])('$name', async ({ name, metric, object }) => {
    const text = explanationText(await document(metric, object), { all: false });
    await expect(text).toMatchFileSnapshot(`../../../fixtures/cli/explain/${name}.txt`);
  });

  it('everything', async () => {
    const text = explanationText(await document('triton_inflight_requests', 'deployments.apps/demo/triton'), { all: true });
    await expect(text).toMatchFileSnapshot('../../../fixtures/cli/explain/all.txt');
  });
});

it('has a value where one of several pods has one', async () => {
  expect(hasValue(await document('triton_inflight_requests', 'pods/demo/*'))).toBe(true);
  expect(hasValue(await document('triton_inflight_requests', 'pods/demo/c'))).toBe(false);
});

it('lets no server move the cursor', async () => {
  const said = await document('gpu_utilization_ratio', 'pods/demo/a');
  expect(explanationText({ ...said, object: 'pods/\u001b[2J' }, { all: true })).toContain('of pods/\ufffd[2J\n');
});

describe('numbers', () => {
  it.each([
    { value: 1 / 3, text: '0.333333' },
    { value: 24_152_899_584, text: '24152899584' },
    { value: 1234567.891, text: '1234570' },
    { value: null, text: '-' },
    { value: undefined, text: '-' },
  ])('$text', ({ value, text }) => {
    expect(numberText(value)).toBe(text);
  });

  it.each([
    { seconds: -1, text: '0 ms' },
    { seconds: 0.0234, text: '23 ms' },
    { seconds: 0.5, text: '0.5 s' },
    { seconds: 59.6, text: '60 s' },
    { seconds: 600, text: '10 min' },
  ])('$text', ({ seconds, text }) => {
    expect(secondsText(seconds)).toBe(text);
  });

  it('tell how old something is', () => {
    expect(since('2026-01-01T00:00:00.000Z', '2026-01-01T00:00:01.500Z')).toBe('1.5 s');
  });
});

it('aligns columns, and lets what is too wide push its own line alone', () => {
  const wide = 'x'.repeat(61);
  expect(
    rowsText([
      ['a', 'b', 'c'],
      ['long', wide, 'c'],
      ['a', '', ''],
    ]),
  ).toBe(`  a      b   c\n  long   ${wide}   c\n  a\n`);
  expect(rowsText([])).toBe('');
});
