// The newest line of tegrastats, and whether it still tells something: a line that is too old is no reading.
import type { Clock } from '../../lib/clock.ts';
import type { LineListener } from '../../lib/line-feed/line-feed.ts';
import { quote } from '../../lib/quote.ts';
import type { FetchResult } from '../../model/fetch.ts';
import { measuresExposition } from '../measures.ts';
import { type TegrastatsMeasure as Measure, TEGRASTATS_FAMILIES } from './families.ts';
import { parseTegrastats, type TegrastatsLine } from './parse.ts';
import { isTegrastats } from './recognise.ts';

/** As many lines may be missing: a program that is late for one is alive. */
const MOST_LINES_MISSED = 3;
/** However fast the lines come: a log is looked at twice a second, and the machine may be busy. */
const LEAST_PATIENCE_MS = 3000;

interface NewestLine {
  readonly text: string;
  readonly atMs: number;
}

/** Takes lines as they come, and reads the newest when it is asked. */
export class NewestTegrastats implements LineListener {
  readonly #clock: Clock;
  #newest: NewestLine | undefined;
  /** The last line that was none of tegrastats. */
  #foreign: string | undefined;
  #failure: string | undefined;
  #read: (TegrastatsLine & { readonly text: string }) | undefined;
  readonly #counts = { read: 0, foreign: 0, long: 0, unknown: 0, starts: 0 };
  readonly #waiting = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  started(): void {
    this.#counts.starts += 1;
  }

  line(text: string): void {
    if (!isTegrastats(text.trim())) {
      if (text.trim() === '') return;
      this.#counts.foreign += 1;
      this.#foreign = text.trim();
      return;
    }
    this.#counts.read += 1;
    this.#newest = { text, atMs: this.#clock.nowMs() };
    this.#failure = undefined;
    this.#wake();
  }

  longLine(): void {
    this.#counts.long += 1;
    this.#foreign = 'a line without an end';
  }

  failed(message: string): void {
    this.#failure = /\b(?:root|sudo|permission|privileges?)\b/i.test(message) ? `${message}; ${AS_ROOT}` : message;
    this.#newest = undefined;
    this.#wake();
  }

  /**
   * The newest line as an exposition, or why there is none; waits for the first one until `signal` is aborted.
   * `everyMs` is how often lines should come.
   */
  async read(everyMs: number, signal: AbortSignal): Promise<FetchResult> {
    if (this.#newest === undefined && this.#failure === undefined) await this.#change(signal);
    if (this.#failure !== undefined) return failed('unreachable', this.#failure);
    if (this.#newest === undefined) return failed(this.#foreign === undefined ? 'timeout' : 'not-text', this.#silence());
    const ageMs = this.#clock.nowMs() - this.#newest.atMs;
    if (ageMs > Math.max(MOST_LINES_MISSED * everyMs, LEAST_PATIENCE_MS)) return failed('timeout', tooOld(ageMs, everyMs));
    const line = this.#parsed(this.#newest.text);
    if (line === undefined) return failed('not-text', `cannot read the line ${quote(this.#newest.text)} of tegrastats: ${CUT}`);
    return { kind: 'body', bytes: Buffer.from(measuresExposition(TEGRASTATS_FAMILIES, [...line.measures, ...this.#own(ageMs)])) };
  }

  /** A line that is asked for twice is read once, so that its unknown words count once. */
  #parsed(text: string): TegrastatsLine | undefined {
    if (this.#read?.text === text) return this.#read;
    const line = parseTegrastats(text);
    this.#read = line && { ...line, text };
    this.#counts.unknown += line?.unknown.length ?? 0;
    return line;
  }

  #own(ageMs: number): readonly Measure[] {
    const { read, foreign, long, unknown, starts } = this.#counts;
    const lines = (outcome: string, value: number): Measure => ({ family: 'tegrastats_lines_total', labels: { outcome }, value });
    return [
      { family: 'tegrastats_unknown_words_total', labels: {}, value: unknown },
      lines('read', read),
      lines('not-tegrastats', foreign),
      lines('too-long', long),
      { family: 'tegrastats_starts_total', labels: {}, value: starts },
      { family: 'tegrastats_reading_age_seconds', labels: {}, value: Math.max(0, ageMs) / 1000 },
    ];
  }

  #silence(): string {
    if (this.#foreign === undefined) return `cannot read tegrastats: no line has come; ${BUFFERED}`;
    const remedy = 'see what is read: each line of tegrastats begins with RAM, or the time and RAM';
    return `cannot read ${quote(this.#foreign)} as tegrastats: it is no line of it; ${remedy}`;
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      if (signal.aborted) resolve();
      else {
        this.#waiting.add(done);
        signal.addEventListener('abort', done);
      }
    });
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}

const AS_ROOT = 'where it wants root, run Plimsoll as root or give the command as sudo -n tegrastats';
const BUFFERED = 'check that it runs, and where its lines come in bursts, start it as stdbuf -oL tegrastats';
const CUT = 'it is two lines that were cut; see that one program alone writes there';

function tooOld(ageMs: number, everyMs: number): string {
  const [age, every] = [ageMs, everyMs].map((ms) => `${(ms / 1000).toFixed(1)} s`);
  return `cannot use the newest line of tegrastats: it came ${age} ago, and there should be one every ${every}; ${BUFFERED}, or set tegrastats.interval of the job to how often it prints`;
}

function failed(failure: 'unreachable' | 'timeout' | 'not-text', message: string): FetchResult {
  return { kind: 'failed', error: { failure, message } };
}
