// The newest samples of selected series, for a Prometheus that federates Plimsoll.

import { setImmediate } from 'node:timers/promises';
import type { Sample } from '../exposition/line.ts';
import { writeSample, writeType } from '../exposition/write.ts';
import { quote } from '../lib/quote.ts';
import { labelsKey, METRIC_NAME } from '../model/labels.ts';
import { type InstantRequest, type QueryEngine, QueryError } from '../model/query-engine.ts';
import type { TargetBook } from '../model/target.ts';
import { parseMatchers } from '../promql/syntax/parse-selector.ts';

export interface FederateRequest {
  /** Every value of `match[]`: plain selectors, any of which selects a series. */
  readonly selectors: readonly string[];
  readonly seriesLimit: number;
  readonly scope: Pick<InstantRequest, 'timeMs' | 'deadlineMs' | 'sampleBudget' | 'abortSignal'>;
}

export interface FederateSources {
  readonly engine: QueryEngine;
  readonly book: TargetBook;
}

/** Selectors of one question: a Prometheus has a handful. */
const MOST_SELECTORS = 100;
/** Series of one turn of the event loop: some ten milliseconds. */
const SERIES_A_TURN = 1000;

/**
 * The samples as text, each series once and with its own time, sorted by name. It is made in pieces, some targets at a time, so that nothing waits
 * for the whole, nor does the engine remember it. Rejects with a QueryError.
 */
export async function federate(request: FederateRequest, sources: FederateSources): Promise<string> {
  const { selectors } = request;
  if (selectors.length === 0) throw new QueryError('bad-expression', 'cannot federate: no selector is given; add match[]=<selector>');
  if (selectors.length > MOST_SELECTORS) {
    const advice = `one question has at most ${MOST_SELECTORS}; join them with a regular expression`;
    throw new QueryError('bad-expression', `cannot federate ${selectors.length} selectors: ${advice}`);
  }
  for (const selector of selectors) refuseOtherThanSelector(selector);
  const text = new FederatedText(request.seriesLimit);
  for (const expr of selectors) {
    for (const liveTargets of partsOf(sources.book)) {
      const result = await sources.engine.instant({ ...request.scope, expr, liveTargets });
      if (result.kind !== 'vector') continue;
      for (const [at, { labels, value, newestMs }] of result.series.entries()) {
        text.add({ labels, value, ...(newestMs !== undefined && { timestampMs: Math.floor(newestMs) }) });
        if (at % SERIES_A_TURN === SERIES_A_TURN - 1) await setImmediate();
      }
      await setImmediate();
    }
  }
  return text.whole();
}

/** All targets: dead ones too, whose newest samples are Prometheus's to judge. */
function* partsOf(book: TargetBook): Iterable<ReadonlySet<string>> {
  let part = new Set<string>();
  let series = 0;
  for (const { target, samples } of [...book.all()]) {
    part.add(target.id);
    series += samples + 1;
    if (series < SERIES_A_TURN) continue;
    yield part;
    part = new Set();
    series = 0;
  }
  if (part.size > 0) yield part;
}

function refuseOtherThanSelector(text: string): void {
  try {
    parseMatchers(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new QueryError('bad-expression', `cannot federate ${quote(text)}: ${why}; match[] takes plain selectors such as {job="triton"}`, {
      cause,
    });
  }
}

/** What Plimsoll keeps of a family is its samples, so its type is said as Prometheus itself says it when federated. */
class FederatedText {
  readonly #limit: number;
  readonly #known = new Set<string>();
  readonly #families = new Map<string, string[]>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(sample: Sample): void {
    const key = labelsKey(sample.labels);
    if (this.#known.has(key)) return;
    if (this.#known.size === this.#limit) {
      throw new QueryError('over-limit', `cannot federate more than ${this.#limit} series in one answer; narrow match[]`);
    }
    this.#known.add(key);
    const name = sample.labels.get(METRIC_NAME) ?? '';
    const lines = this.#families.get(name);
    if (lines === undefined) this.#families.set(name, [writeSample(sample)]);
    else lines.push(writeSample(sample));
  }

  async whole(): Promise<string> {
    let text = '';
    for (const [name, lines] of [...this.#families].sort(([one], [other]) => (one < other ? -1 : 1))) {
      text += `${writeType(name, 'unknown')}${lines.sort().join('')}`;
      if (lines.length >= SERIES_A_TURN) await setImmediate();
    }
    return text;
  }
}
