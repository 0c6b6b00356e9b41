// The steps of one scrape: read within the time-out, ingest, report. What a stage throws is this target's failure.
import type { Clock } from '../lib/clock.ts';
import { quote } from '../lib/quote.ts';
import type { Fetch, FetchResult } from '../model/fetch.ts';
import type { IngestResult, Pipeline } from '../model/pipeline.ts';
import type { Target } from '../model/target.ts';
import type { Deadlines } from './deadlines.ts';
import type { Attempt, AttemptOutcome, FailedOutcome } from './status.ts';

export interface ReadOptions {
  readonly fetch: Fetch;
  readonly deadlines: Deadlines;
  /** When the request is sent: the target's time-out counts from here. */
  readonly startedMs: number;
  /** Aborted after the target's time-out, or by others when the scrape is no longer wanted. */
  readonly controller: AbortController;
}

export type ReadResult = FetchResult | FailedOutcome;

/** Never rejects. */
export async function readWithinTimeout(target: Target, options: ReadOptions): Promise<ReadResult> {
  const { fetch, deadlines, startedMs, controller } = options;
  const deadline = { atMs: startedMs + target.timeoutMs, over: () => controller.abort() };
  deadlines.set(deadline);
  try {
    return await fetch(target, controller.signal);
  } catch (thrown) {
    return bug('fetch', thrown);
  } finally {
    deadlines.takeBack(deadline);
  }
}

export interface Reading {
  readonly target: Target;
  /** When the request was sent. */
  readonly startedMs: number;
  readonly result: ReadResult;
}

/**
 * The time of samples read by a request sent then: whole milliseconds, as in Prometheus. With a fraction more, a sample would not
 * count at the instant that every exposition and every answer says it has.
 */
export function sampleMs(startedMs: number): number {
  return Math.floor(startedMs);
}

/** Hands what was read to the pipeline. Bytes are used before this returns. */
export function deliver(reading: Reading, to: { pipeline: Pipeline; clock: Clock }): Attempt {
  const { target, startedMs } = reading;
  const sentMs = sampleMs(startedMs);
  const ingested = ingest(reading, to.pipeline);
  const endedMs = to.clock.nowMs();
  const up = ingested.kind === 'read';
  try {
    to.pipeline.report(target, sentMs, { up, durationSeconds: (endedMs - startedMs) / 1000, samples: up ? ingested.samples : 0 });
  } catch (thrown) {
    return { sentMs, endedMs, outcome: bug('report', thrown) };
  }
  return { sentMs, endedMs, outcome: ingested };
}

function ingest(reading: Reading, pipeline: Pipeline): AttemptOutcome {
  const { target, startedMs, result } = reading;
  if (result.kind !== 'body') return result;
  try {
    return outcomeOf(pipeline.ingest(target, result.bytes, sampleMs(startedMs)));
  } catch (thrown) {
    return bug('ingest', thrown);
  } finally {
    result.release?.();
  }
}

function outcomeOf(result: IngestResult): AttemptOutcome {
  return result.kind === 'ingested' ? { ...result, kind: 'read' } : result;
}

function bug(step: string, thrown: unknown): FailedOutcome {
  const said = thrown instanceof Error ? thrown.message : String(thrown);
  return { kind: 'failed', error: { failure: 'failed', message: `BUG: ${step} threw ${quote(said)}; please report it` }, thrown };
}
