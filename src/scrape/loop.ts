// The targets and their scrapes: begins what is due, keeps the book, and lets no target disturb another.
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../lib/clock.ts';
import { Turns } from '../lib/turns.ts';
import type { Describe } from '../model/description.ts';
import type { Fetch } from '../model/fetch.ts';
import type { Log } from '../model/log.ts';
import type { Meter } from '../model/meter.ts';
import type { Pipeline } from '../model/pipeline.ts';
import type { Target, TargetBook, TargetStatus } from '../model/target.ts';
import { announce, announceWarnings } from './announce.ts';
import { deliver, readWithinTimeout } from './attempt.ts';
import { Deadlines } from './deadlines.ts';
import { Describer, type DescriberOptions } from './describer.ts';
import { Liveness, type LivenessPlace } from './liveness.ts';
import { nextDueMs, phaseOf, TICK_MS } from './schedule.ts';
import { initialStatus, saysOtherThings, statusAfter, statusTold } from './status.ts';
import { createScrapeTelemetry, type ScrapeTelemetry } from './telemetry.ts';

export interface ScraperOptions {
  readonly fetch: Fetch;
  /** Asks targets that have an API about themselves, statistics every `everyMs`; undefined: nobody asks. */
  readonly describe?: { readonly ask: Describe; readonly everyMs: () => number } | undefined;
  readonly pipeline: Pipeline;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  /** limits.targets: those beyond it, in the order given, are not scraped. */
  readonly maxTargets: number;
}

export interface Scraper {
  readonly book: TargetBook;
  /**
   * The targets from now on. New ones are read at the next tick, those left out are forgotten. One whose series would be other series
   * (job, source, labels or API) is forgotten and begun anew; any other change keeps its history.
   */
  setTargets(targets: readonly Target[]): void;
  /** Begins the scrapes that are due and returns at once. */
  tick(): void;
  /** Settles when no scrape is running. */
  idle(): Promise<void>;
  /** Ticks until aborted; settles when the scrapes that were running have ended, without having counted them. */
  start(signal: AbortSignal): Promise<void>;
}

/** Does nothing until targets are set and ticks come. */
export function createScraper(options: ScraperOptions): Scraper {
  return new ScrapeLoop(options);
}

/**
 * First scrapes are dear: every line of the answer is new. So many are begun at a tick, and none while so many answers wait for their turn,
 * or a thousand new targets would hold up every question for seconds, and time out for want of our own time.
 */
const FIRST_AT_A_TICK = 50;
const MOST_WAITING = 10;

interface Watch {
  target: Target;
  status: TargetStatus;
  dueMs: number;
  /** Of the running scrape. A scrape that finds another here, or none, was withdrawn: its result is dropped. */
  running: AbortController | undefined;
  readonly place: LivenessPlace;
}

class ScrapeLoop implements Scraper {
  readonly book: TargetBook;
  readonly #options: ScraperOptions;
  readonly #telemetry: ScrapeTelemetry;
  readonly #watches = new Map<string, Watch>();
  readonly #runs = new Set<Promise<void>>();
  readonly #describer: Describer | undefined;
  readonly #deadlines: Deadlines;
  readonly #turns = new Turns();
  /** First answers that were read, and wait for their turn. */
  #waiting = 0;
  #surplus = 0;
  readonly #liveness = new Liveness();
  #version = 0;

  constructor(options: ScraperOptions) {
    const { describe, clock } = options;
    this.#options = options;
    this.#deadlines = new Deadlines(clock);
    if (describe !== undefined) this.#describer = new Describer({ ...describe, clock, ...this.#onDescription(describe.everyMs) });
    this.#telemetry = createScrapeTelemetry(options.meter);
    const version = (): number => this.#version;
    const firstOverdueMs = (): number => this.#liveness.firstOverdueMs;
    this.book = {
      get version() {
        return version();
      },
      get firstOverdueMs() {
        return firstOverdueMs();
      },
      all: () => this.#statuses(),
      get: (id) => this.#watches.get(id)?.status,
    };
  }

  setTargets(targets: readonly Target[]): void {
    this.#version += 1;
    const distinct = new Map(targets.map((target) => [target.id, target]));
    const wanted = new Map([...distinct].slice(0, this.#options.maxTargets));
    this.#noteSurplus(distinct.size - wanted.size);
    for (const [id, watch] of this.#watches) {
      const next = wanted.get(id);
      if (next === undefined || saysOtherSeries(watch.target, next)) this.#remove(watch);
    }
    for (const target of wanted.values()) this.#put(target);
  }

  tick(): void {
    const nowMs = this.#options.clock.nowMs();
    let firsts = 0;
    for (const watch of this.#watches.values()) {
      if (watch.dueMs > nowMs) continue;
      if (isFirst(watch)) {
        if (firsts === FIRST_AT_A_TICK || this.#waiting > MOST_WAITING) continue;
        firsts += 1;
      }
      this.#begin(watch, nowMs);
    }
  }

  async idle(): Promise<void> {
    while (this.#runs.size > 0) await Promise.all(this.#runs);
    await this.#describer?.idle();
  }

  async start(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    while (!signal.aborted) {
      this.tick();
      await clock.sleep(TICK_MS - (clock.nowMs() % TICK_MS), signal);
    }
    for (const watch of this.#watches.values()) this.#withdraw(watch);
    await this.idle();
  }

  *#statuses(): Iterable<TargetStatus> {
    for (const watch of this.#watches.values()) yield watch.status;
  }

  #noteSurplus(surplus: number): void {
    if (surplus !== this.#surplus && surplus > 0) {
      const { log, maxTargets } = this.#options;
      log.warn({ surplus, limit: maxTargets, option: 'limits.targets' }, 'more targets than limits.targets: the surplus is not scraped');
    }
    this.#surplus = surplus;
    this.#telemetry.overLimit(surplus);
  }

  #put(target: Target): void {
    const dueMs = this.#options.clock.nowMs();
    const known = this.#watches.get(target.id);
    if (known === undefined) {
      const status = initialStatus(target);
      this.#watches.set(target.id, { target, status, dueMs, running: undefined, place: this.#liveness.add() });
      this.#telemetry.added(status);
    } else if (!isDeepStrictEqual(known.target, target)) {
      this.#withdraw(known);
      known.target = target;
      known.status = { ...known.status, target };
      this.#liveness.note(known.place, known.status);
      known.dueMs = dueMs;
    }
  }

  #remove(watch: Watch): void {
    this.#withdraw(watch);
    this.#watches.delete(watch.target.id);
    this.#liveness.remove(watch.place);
    this.#telemetry.removed(watch.status);
    try {
      this.#options.pipeline.forget(watch.target);
    } catch (err) {
      this.#options.log.error({ target: watch.target.id, err }, 'BUG: forgetting a target failed');
    }
  }

  #begin(watch: Watch, nowMs: number): void {
    const { id, intervalMs } = watch.target;
    watch.dueMs = nextDueMs({ phaseMs: phaseOf(id, intervalMs), intervalMs }, nowMs);
    if (watch.running !== undefined) {
      this.#telemetry.skipped(watch.status);
      return;
    }
    const controller = new AbortController();
    watch.running = controller;
    const run = this.#scrape(watch, controller).finally(() => this.#runs.delete(run));
    this.#runs.add(run);
  }

  async #scrape(watch: Watch, controller: AbortController): Promise<void> {
    const { fetch, clock, log } = this.#options;
    const { target } = watch;
    const startedMs = clock.nowMs();
    const result = await readWithinTimeout(target, { fetch, deadlines: this.#deadlines, startedMs, controller });
    if (isFirst(watch) && result.kind === 'body') await this.#ownTurn();
    if (watch.running !== controller) return;
    watch.running = undefined;
    const attempt = deliver({ target, startedMs, result }, this.#options);
    const before = watch.status;
    const after = statusAfter(before, attempt);
    watch.status = after;
    this.#liveness.note(watch.place, after);
    if (saysOtherThings(before, after)) this.#version += 1;
    this.#telemetry.attempted(before, after);
    announce(log, { before, after, thrown: attempt.outcome.kind === 'failed' ? attempt.outcome.thrown : undefined });
    if (attempt.outcome.kind === 'failed') this.#describer?.forget(target);
    else if (attempt.outcome.describable !== undefined) this.#describer?.scraped(target, attempt.outcome.describable);
  }

  async #ownTurn(): Promise<void> {
    this.#waiting += 1;
    await this.#turns.next();
    this.#waiting -= 1;
  }

  #onDescription(everyMs: () => number): Pick<DescriberOptions, 'deliver' | 'onBug'> {
    const { log, pipeline } = this.#options;
    return {
      deliver: (target, result, sentMs) => {
        const watch = this.#watches.get(target.id);
        if (watch === undefined) return;
        const before = watch.status;
        const warnings = pipeline.describe(target, result, sentMs);
        // They are asked for after a scrape.
        watch.status = statusTold(before, { result, sentMs, everyMs: Math.max(everyMs(), target.intervalMs), warnings });
        if (saysOtherThings(before, watch.status)) this.#version += 1;
        announceWarnings(log, { before, after: watch.status });
      },
      onBug: (target, err) => log.error({ target: target.id, err }, 'BUG: describing a target failed'),
    };
  }

  #withdraw(watch: Watch): void {
    watch.running?.abort();
    watch.running = undefined;
    this.#describer?.forget(watch.target);
  }
}

function isFirst({ status }: Watch): boolean {
  return status.lastAttemptMs === undefined;
}

function saysOtherSeries(one: Target, other: Target): boolean {
  if (one === other) return false;
  const identity = ({ job, source, labels, honorLabels, apiUrl }: Target) => ({ job, source, labels, honorLabels, apiUrl });
  return !isDeepStrictEqual(identity(one), identity(other));
}
