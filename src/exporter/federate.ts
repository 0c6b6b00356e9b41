// The newest samples of selected series, for a Prometheus that federates Plimsoll.
import { setImmediate } from 'node:timers/promises';
import { writeType } from '../exposition/write.ts';
import { quote } from '../lib/quote.ts';
import type { NewestRequest, NewestSeries } from '../model/newest-series.ts';
import { QueryError } from '../model/query-engine.ts';
import { parseMatchers } from '../promql/syntax/parse-selector.ts';
import { FederatedSeries } from './federated-series.ts';

export interface FederateRequest {
  /** Every value of `match[]`: plain selectors, any of which selects a series. */
  readonly selectors: readonly string[];
  readonly seriesLimit: number;
  readonly scope: Omit<NewestRequest, 'expr'>;
}

/** Selectors of one question: a Prometheus has a handful. */
const MOST_SELECTORS = 100;
/** Series of one turn of the event loop, where text is put together: below a millisecond. */
const SERIES_A_TURN = 1000;

/**
 * The samples as text, each series once and with its own time, families in the order of their names. It is made in pieces, so that nothing
 * waits for the whole, and nothing is remembered of it. Rejects with a QueryError.
 */
export async function federate({ selectors, seriesLimit, scope }: FederateRequest, series: NewestSeries): Promise<string> {
  if (selectors.length === 0) throw new QueryError('bad-expression', 'cannot federate: no selector is given; add match[]=<selector>');
  if (selectors.length > MOST_SELECTORS) {
    const advice = `one question has at most ${MOST_SELECTORS}; join them with a regular expression`;
    throw new QueryError('bad-expression', `cannot federate ${selectors.length} selectors: ${advice}`);
  }
  for (const selector of selectors) refuseOtherThanSelector(selector);
  const found = new FederatedSeries(seriesLimit);
  for (const expr of selectors) {
    for await (const samples of series.newest({ ...scope, expr })) for (const sample of samples) found.add(sample);
  }
  return wholeText(found);
}

/** What Plimsoll keeps of a family is its samples, so its type is said as Prometheus itself says it when federated. */
async function wholeText(found: FederatedSeries): Promise<string> {
  let text = '';
  for (const [name, lines] of found.families()) {
    text += writeType(name, 'unknown');
    for (let from = 0; from < lines.length; from += SERIES_A_TURN) {
      text += lines.slice(from, from + SERIES_A_TURN).join('');
      await setImmediate();
    }
  }
  return text;
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
