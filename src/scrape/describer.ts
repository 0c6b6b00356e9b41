// When targets are asked about themselves: beside the scrapes, which never wait for it and never fail by it.
import type { Clock } from '../lib/clock.ts';
import { type Describe, type DescribeResult, type ModelVersion, PATIENCE, type TargetDescription } from '../model/description.ts';
import type { Target } from '../model/target.ts';
import { sampleMs } from './attempt.ts';

export interface DescriberOptions {
  readonly clock: Clock;
  readonly ask: Describe;
  /** How often statistics are read; at most at every scrape. */
  readonly everyMs: () => number;
  /** Takes each answer and each failure, with the time at which the question was sent. */
  readonly deliver: (target: Target, result: DescribeResult, sentMs: number) => void;
  /** Takes what the asking threw, where nothing should. */
  readonly onBug: (target: Target, thrown: unknown) => void;
}

export type Subject = ReadonlyMap<string, ModelVersion>;

interface Watch {
  /** What the last question was about. */
  readonly subject: Subject;
  readonly sentMs: number;
  /** Of the last answer. */
  known: TargetDescription | undefined;
  /** Whether it read configurations that were known, and when one last did. */
  readonly rereads: boolean;
  readonly readMs: number;
  /** Answers in a row, up to the last one, that did not come in time. */
  readonly late: number;
  /** Of the running question. */
  running: AbortController | undefined;
}

// A model that is loaded anew with other instances keeps its rows: only asking again tells.
const REREAD_MS = 60_000;

export class Describer {
  readonly #options: DescriberOptions;
  readonly #watches = new Map<string, Watch>();
  readonly #runs = new Set<Promise<void>>();

  constructor(options: DescriberOptions) {
    this.#options = options;
  }

  /** After a scrape that succeeded: asks when it is time, or when the target speaks of other models than before. */
  scraped(target: Target, subject: Subject): void {
    const nowMs = this.#options.clock.nowMs();
    const last = this.#watches.get(target.id);
    if (last?.running !== undefined) return;
    const readsAll = last?.known === undefined || last.subject !== subject || nowMs - last.readMs >= REREAD_MS;
    const isUrgent = last === undefined || last.subject !== subject || isUnsettled(last) || isLate(last);
    // Half an interval early rather than half an interval late: scrapes do not come on the millisecond.
    if (!isUrgent && nowMs - last.sentMs < this.#options.everyMs() - target.intervalMs / 2) return;
    const running = new AbortController();
    const watch = {
      subject,
      sentMs: sampleMs(nowMs),
      known: last?.known,
      rereads: readsAll,
      readMs: readsAll ? nowMs : last.readMs,
      late: last?.late ?? 0,
      running,
    };
    this.#watches.set(target.id, watch);
    const run = this.#ask(target, watch).finally(() => this.#runs.delete(run));
    this.#runs.add(run);
  }

  /** The target could not be scraped, or is gone: what comes back may be another server. */
  forget(target: Target): void {
    this.#watches.get(target.id)?.running?.abort();
    this.#watches.delete(target.id);
  }

  /** Settles when no question is running. */
  async idle(): Promise<void> {
    while (this.#runs.size > 0) await Promise.all(this.#runs);
  }

  /** Never rejects. */
  async #ask(target: Target, watch: Watch & { readonly running: AbortController }): Promise<void> {
    const { clock, ask, deliver, onBug } = this.#options;
    const { signal } = watch.running;
    const finished = new AbortController();
    void clock.sleep(target.timeoutMs, finished.signal).then(() => watch.running.abort());
    try {
      const result = await ask({ target, known: watch.known, rereads: watch.rereads, said: [...watch.subject.values()], signal });
      if (this.#watches.get(target.id) !== watch) return;
      const known = result.kind === 'described' ? result.description : undefined;
      const late = isTooLate(result) ? watch.late + 1 : 0;
      this.#watches.set(target.id, { ...watch, known, late, running: undefined });
      deliver(target, result, watch.sentMs);
    } catch (thrown) {
      this.#watches.delete(target.id);
      onBug(target, thrown);
    } finally {
      finished.abort();
    }
  }
}

function isTooLate(result: DescribeResult): boolean {
  return result.kind === 'failed' && result.error.failure === 'timeout';
}

/** A server that loads a model over HTTP may hold back what it is asked over the same thread; another connection may have another one. */
function isLate({ late }: Watch): boolean {
  return late > 0 && late <= PATIENCE;
}

/** While a server or one of its models is not ready the answer may change at any moment. */
function isUnsettled({ known, subject }: Watch): boolean {
  if (known === undefined) return false;
  const ready = [...known.models, ...known.undescribed, ...(known.ambiguous ?? [])];
  const isReady = ({ model, version }: ModelVersion): boolean => ready.some((one) => one.name === model && one.version === version);
  return !known.serverReady || ![...subject.values()].every(isReady);
}
