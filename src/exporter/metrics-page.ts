// The page /metrics: Plimsoll's own metrics, its targets, and the signals of every pod.
import { setImmediate } from 'node:timers/promises';
import type { Registry } from 'prom-client';
import { writeFamily } from '../exposition/write.ts';
import type { TargetBook } from '../model/target.ts';
import { signalFamilies } from './signal-families.ts';
import type { SignalSources } from './signal-sources.ts';
import { targetFamilies } from './target-families.ts';

/** https://prometheus.io/docs/instrumenting/exposition_formats/, text format 0.0.4. */
export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export interface MetricsPageSources extends SignalSources {
  readonly registry: Registry;
  readonly book: TargetBook;
}

/** Rejects with nothing that a QueryError explains. */
export async function renderMetricsPage(sources: MetricsPageSources): Promise<string> {
  const families = [...targetFamilies(sources.book), ...(await signalFamilies(sources))];
  let text = await sources.registry.metrics();
  for (const family of families) {
    text += writeFamily(family);
    await setImmediate();
  }
  return text;
}
