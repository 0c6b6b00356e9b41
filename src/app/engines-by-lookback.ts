// Embedded engines that reach back for other times than the usual one, for those who ask so: few do, and with few times.
import { Recent } from '../lib/recent.ts';
import type { QueryEngine } from '../model/query-engine.ts';
import { createEmbeddedEngine, type EmbeddedEngineOptions } from '../promql/engine.ts';

/** An engine is small until it is asked; what it remembers goes with it. */
const MOST_ENGINES = 4;

/** By how far back an instant looks for its sample, in milliseconds. */
export function enginesByLookback(options: Omit<EmbeddedEngineOptions, 'lookbackMs'>): (lookbackMs: number) => QueryEngine {
  const engines = new Recent<QueryEngine>({ limit: MOST_ENGINES, weigh: () => 1 });
  return (lookbackMs) => {
    const name = String(lookbackMs);
    const known = engines.get(name);
    if (known !== undefined) return known;
    const engine = createEmbeddedEngine({ ...options, lookbackMs });
    engines.set(name, engine);
    return engine;
  };
}
