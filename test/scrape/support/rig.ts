import { VirtualClock } from '../../../src/lib/virtual-clock.ts';
import type { Fetch, FetchResult } from '../../../src/model/fetch.ts';
import type { Log } from '../../../src/model/log.ts';
import type { Meter } from '../../../src/model/meter.ts';
import type { Pipeline, ScrapeReport } from '../../../src/model/pipeline.ts';
import type { ScrapeFailure } from '../../../src/model/target.ts';
import { createScraper, type Scraper } from '../../../src/scrape/loop.ts';

export const BODY: FetchResult = { kind: 'body', bytes: new TextEncoder().encode('x 1\n') };

export function failedWith(failure: ScrapeFailure): FetchResult {
  return { kind: 'failed', error: { failure, message: `${failure} in words` } };
}

/** A fetch that answers only when it is aborted. */
export const hang: Fetch = (_target, signal) =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(failedWith('timeout'))));

export interface Rig {
  readonly scraper: Scraper;
  readonly clock: VirtualClock;
  /** Send times by target. */
  readonly sent: Map<string, number[]>;
  /** What the pipeline was told, one line each. */
  readonly told: string[];
  readonly reports: ScrapeReport[];
  readonly logged: string[];
  /** Values of metrics by `name{label values}`. */
  readonly metrics: Map<string, number>;
  /** Ticks for so long, from the first call on. */
  run(durationMs: number): Promise<void>;
  /** Stops ticking, as the end of the process would. */
  stop(): Promise<void>;
}

/** A scraper on a virtual clock that starts at 1,000,000 ms, with everything around it written down. */
export function createRig(options: { fetch: Fetch; pipeline?: Partial<Pipeline>; maxTargets?: number }): Rig {
  const clock = new VirtualClock(1_000_000);
  const sent = new Map<string, number[]>();
  const told: string[] = [];
  const reports: ScrapeReport[] = [];
  const logged: string[] = [];
  const metrics = new Map<string, number>();
  const pipeline: Pipeline = {
    ingest(target, _bytes, sentMs) {
      told.push(`ingest ${target.id} ${sentMs}`);
      return { kind: 'ingested', samples: 1, warnings: [] };
    },
    report(target, sentMs, report) {
      told.push(`report ${target.id} ${sentMs} ${report.up ? 'up' : 'down'}`);
      reports.push(report);
    },
    describe: () => [],
    forget: (target) => void told.push(`forget ${target.id}`),
    ...options.pipeline,
  };
  const scraper = createScraper({
    fetch: (target, signal) => {
      sent.set(target.id, [...(sent.get(target.id) ?? []), clock.nowMs()]);
      return options.fetch(target, signal);
    },
    pipeline,
    clock,
    log: recordingLog(logged),
    meter: recordingMeter(metrics),
    maxTargets: options.maxTargets ?? 100,
  });
  return { scraper, clock, sent, told, reports, logged, metrics, ...ticking(scraper, clock) };
}

function ticking(scraper: Scraper, clock: VirtualClock): Pick<Rig, 'run' | 'stop'> {
  const stopped = new AbortController();
  let ended: Promise<void> | undefined;
  return {
    async run(durationMs) {
      ended ??= scraper.start(stopped.signal);
      await clock.advance(durationMs);
    },
    async stop() {
      stopped.abort();
      await ended;
    },
  };
}

function recordingLog(logged: string[]): Log {
  const at = (level: string) => (fields: Readonly<Record<string, unknown>>, message: string) =>
    void logged.push(
      `${level} ${message}: ${fields['target'] ?? fields['surplus']}${fields['failure'] === undefined ? '' : ` ${fields['failure']}`}`,
    );
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

function recordingMeter(metrics: Map<string, number>): Meter {
  const keyOf = (name: string, labels: Readonly<Record<string, string>> = {}) => `${name}{${Object.values(labels).join(',')}}`;
  const add = (key: string, amount: number) => void metrics.set(key, (metrics.get(key) ?? 0) + amount);
  return {
    counter: ({ name }) => ({ add: (amount, labels) => add(keyOf(name, labels), amount) }),
    gauge: ({ name }) => ({ set: (value, labels) => void metrics.set(keyOf(name, labels), value) }),
    histogram: ({ name }) => ({ observe: (value, labels) => add(keyOf(`${name}_sum`, labels), value) }),
  };
}
