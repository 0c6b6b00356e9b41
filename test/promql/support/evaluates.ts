// Tables of expressions over a small table of samples, with the answers, annotations or refusals that Prometheus gives.
import { expect, it } from 'vitest';
import { VirtualClock } from '../../../src/lib/virtual-clock.ts';
import type { InstantResult, QueryEngine } from '../../../src/model/query-engine.ts';
import { createEmbeddedEngine } from '../../../src/promql/engine.ts';
import { load } from './load.ts';
import { printLabelSet } from './print-labels.ts';

export interface Case {
  readonly expr: string;
  /** Seconds; the samples stand at 0, 10, 20 … */
  readonly at?: number;
  /** One line a series, in the order of the text. A scalar is a bare number. */
  readonly gives?: readonly string[];
  /** The same, in the order of the answer. */
  readonly ordered?: readonly string[];
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
  /** What the refusal says first. */
  readonly fails?: string;
  /** Seconds: the newest sample that went into each series of the answer, in its order. */
  readonly newest?: readonly (number | undefined)[];
}

/** Each case is asked twice: what a plan remembers must not change the answer. */
export function evaluates(table: string, cases: readonly Case[]): void {
  evaluatesBy(engineOn(table, { delayedNameRemoval: false }), cases);
}

/** The same with names that are removed by the last step. */
export function evaluatesWithLateNames(table: string, cases: readonly Case[]): void {
  evaluatesBy(engineOn(table, { delayedNameRemoval: true }), cases);
}

function engineOn(table: string, features: { readonly delayedNameRemoval: boolean }): QueryEngine {
  return createEmbeddedEngine({ source: load(10_000, table), clock: new VirtualClock(), experimentalFunctions: true, ...features });
}

function evaluatesBy(engine: QueryEngine, cases: readonly Case[]): void {
  it.each(cases)('$expr at $at', async (asked) => {
    for (let time = 0; time < 2; time += 1) await check(engine, asked);
  });
}

async function check(engine: QueryEngine, { expr, at = 60, fails, ...expected }: Case): Promise<void> {
  const answer = engine.instant({ expr, timeMs: at * 1000 });
  if (fails !== undefined) {
    await expect(answer).rejects.toThrow(fails);
    return;
  }
  const result = await answer;
  const lines = linesOf(result);
  if (expected.gives !== undefined) expect([...lines].sort()).toEqual([...expected.gives].sort());
  if (expected.ordered !== undefined) expect(lines).toEqual(expected.ordered);
  if (expected.newest !== undefined) expect(newestOf(result)).toEqual(expected.newest);
  expect(result.warnings).toEqual(expected.warnings ?? []);
  expect(result.infos).toEqual(expected.infos ?? []);
}

function linesOf(result: InstantResult): readonly string[] {
  if (result.kind === 'scalar') return [printValue(result.value)];
  if (result.kind !== 'vector') throw new Error(`expected a vector, got a ${result.kind}`);
  return result.series.map(({ labels, value }) => `${printLabelSet(labels)} ${printValue(value)}`);
}

function newestOf(result: InstantResult): readonly (number | undefined)[] {
  if (result.kind !== 'vector') throw new Error(`expected a vector, got a ${result.kind}`);
  return result.series.map(({ newestMs }) => (newestMs === undefined ? undefined : newestMs / 1000));
}

function printValue(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value).replace('Infinity', 'Inf');
}
