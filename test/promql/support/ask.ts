// Questions to the engine in one line, and answers as text.
import { VirtualClock } from '../../../src/lib/virtual-clock.ts';
import type { InstantRequest, QueryEngine } from '../../../src/model/query-engine.ts';
import type { SampleSource } from '../../../src/model/sample-source.ts';
import { createEmbeddedEngine } from '../../../src/promql/engine.ts';
import { printLabelSet } from './print-labels.ts';

export function engineOver(source: SampleSource): QueryEngine {
  return createEmbeddedEngine({ source, clock: new VirtualClock() });
}

/** One line a series in the order of the text, `{a="b"} 1.5`; a scalar is a bare number. */
export async function ask(engine: QueryEngine, request: InstantRequest): Promise<string[]> {
  const result = await engine.instant(request);
  if (result.kind === 'scalar') return [printValue(result.value)];
  if (result.kind !== 'vector') throw new Error(`expected a vector, got a ${result.kind}`);
  return result.series.map(({ labels, value }) => `${printLabelSet(labels)} ${printValue(value)}`).sort();
}

function printValue(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value).replace('Infinity', 'Inf');
}
