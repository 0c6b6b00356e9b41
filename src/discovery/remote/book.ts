// The book of targets that others scrape: asked of the remote engine again and again, as who scrapes keeps it from attempt to attempt.
import type { Clock } from '../../lib/clock.ts';
import { keyOf } from '../../lib/key.ts';
import { isSameLabels } from '../../model/labels.ts';
import { type QueryEngine, QueryError } from '../../model/query-engine.ts';
import { type ReadTimes, readAgain } from '../../model/read-times.ts';
import { isLive, type ScrapeError, type Target, type TargetBook, type TargetStatus } from '../../model/target.ts';
import type { LearnedTarget } from '../inventory.ts';
import { firstTargetsQuery, type KnownTarget, type SaidTarget, saidTargets, targetsBefore, targetsQuery } from './said-targets.ts';

export interface RemoteBookOptions {
  readonly engine: Pick<QueryEngine, 'instant'>;
  readonly clock: Clock;
  /** Range of rates over these targets. */
  readonly windowMs: (targets: readonly TargetStatus[]) => number;
}

/** How old an `up` may be, in intervals: one until the next attempt, one until the engine has it and one for those who are late. */
export const LIVE_INTERVALS = 3;
/**
 * A target of which nothing is said any more is missed for so long: its collector may be down and its pod be there, and a sum that goes on
 * without it would take replicas away. Long enough for a collector to come back, or for others to take over.
 */
const MISSED_MS = 300_000;

export class RemoteBook implements TargetBook {
  readonly #options: RemoteBookOptions;
  #statuses: ReadonlyMap<string, TargetStatus> = new Map();
  #targets: readonly LearnedTarget[] = [];
  #version = 0;
  #isRead = false;
  #firstOverdueMs = Number.POSITIVE_INFINITY;
  #longestIntervalMs = 0;
  /** When the engine was asked for the last answer. */
  #lookedMs = Number.NEGATIVE_INFINITY;
  /** Since when nothing is said of a target. */
  readonly #goneSinceMs = new Map<string, number>();

  constructor(options: RemoteBookOptions) {
    this.#options = options;
  }

  get version(): number {
    return this.#version;
  }

  /** Whether the engine has answered once. */
  get isRead(): boolean {
    return this.#isRead;
  }

  get firstOverdueMs(): number {
    return this.#firstOverdueMs;
  }

  /** Of all targets, missed ones too; 0 without any. */
  get longestIntervalMs(): number {
    return this.#longestIntervalMs;
  }

  /** Those that are missed too; the same list for the same targets. */
  get targets(): readonly LearnedTarget[] {
    return this.#targets;
  }

  all(): Iterable<TargetStatus> {
    return this.#statuses.values();
  }

  get(id: string): TargetStatus | undefined {
    return this.#statuses.get(id);
  }

  /** Asks; what is known stays as it is where there is no answer, and grows old. Rejects with a QueryError alone. */
  async refresh(): Promise<void> {
    const { engine, clock, windowMs } = this.#options;
    const known = [...this.#statuses.values()];
    const atMs = clock.nowMs();
    const window = windowMs(known);
    const expr = this.#isRead ? targetsQuery(window) : firstTargetsQuery(window, MISSED_MS);
    const result = await engine.instant({ expr, timeMs: atMs });
    if (result.kind !== 'vector') throw new QueryError('execution', 'BUG: the targets are no vector');
    if (!this.#isRead) this.#begin(targetsBefore(result.series));
    this.#take(saidTargets(result.series), { atMs, windowMs: window, unwatchedMs: atMs - this.#lookedMs });
    this.#lookedMs = atMs;
    this.#isRead = true;
  }

  /** What was there before the first look is missed like what was seen to go; what is there still is said in the same answer. */
  #begin(before: readonly KnownTarget[]): void {
    this.#statuses = new Map(before.map((one) => [one.id, unseenStatus(one)]));
  }

  #take(said: readonly SaidTarget[], about: Look): void {
    const next = new Map<string, TargetStatus>();
    for (const one of said) {
      this.#goneSinceMs.delete(one.id);
      next.set(one.id, statusOf(one, this.#statuses.get(one.id), about));
    }
    const spokenFor = new Set([...next.values()].map(({ target }) => speaksFor(target)));
    for (const [id, before] of this.#statuses) {
      if (next.has(id)) continue;
      const speaks = speaksFor(before.target);
      if (speaks !== undefined && spokenFor.has(speaks)) {
        this.#goneSinceMs.delete(id);
        continue;
      }
      const sinceMs = this.#goneSinceMs.get(id) ?? about.atMs;
      this.#goneSinceMs.set(id, sinceMs);
      if (about.atMs - sinceMs <= MISSED_MS) next.set(id, goneStatus(before));
      else this.#goneSinceMs.delete(id);
    }
    if (!isSameBook(this.#statuses, next, about.atMs)) this.#version += 1;
    this.#statuses = next;
    const isSame = next.size === this.#targets.length && this.#targets.every(({ target }) => next.get(target.id)?.target === target);
    if (!isSame) this.#targets = this.#learned(next);
    this.#firstOverdueMs = firstOverdueOf(next.values());
    this.#longestIntervalMs = this.#targets.reduce((longest, { target }) => Math.max(longest, target.intervalMs), 0);
  }

  /** One that comes later was there when it was first tried, which is before it is heard of. */
  #learned(next: ReadonlyMap<string, TargetStatus>): readonly LearnedTarget[] {
    const before = new Map(this.#targets.map((learned) => [learned.target.id, learned]));
    return [...next.values()].map(({ target, lastAttemptMs }) => {
      const known = before.get(target.id);
      return { target, sinceMs: known === undefined && this.#isRead ? lastAttemptMs : known?.sinceMs };
    });
  }
}

function firstOverdueOf(statuses: Iterable<TargetStatus>): number {
  let firstMs = Number.POSITIVE_INFINITY;
  for (const { lastError, lastSuccessMs, target } of statuses) {
    if (lastError === undefined && lastSuccessMs !== undefined)
      firstMs = Math.min(firstMs, lastSuccessMs + target.intervalMs + target.timeoutMs);
  }
  return firstMs;
}

/**
 * The pod or node that a target speaks of; undefined where it has neither. A pod that comes back with another address has another target, and
 * the one before is then not missed: nothing could be believed of the pod while it is.
 */
function speaksFor({ source, labels }: Target): string | undefined {
  const [pod, node] = [labels.get('pod'), labels.get('node')];
  if (pod === undefined && node === undefined) return undefined;
  return keyOf(pod === undefined ? [source, node ?? ''] : [source, labels.get('namespace') ?? '', pod]);
}

const DOWN: ScrapeError = {
  failure: 'failed',
  message: 'its collector could not read it (up is 0); ask that collector why: plimsoll explain, or /api/v1/targets',
};

const GONE: ScrapeError = {
  failure: 'failed',
  message: 'the remote engine has no up of it any more; is its collector running, and does the engine scrape its /federate?',
};

interface Look {
  readonly atMs: number;
  readonly windowMs: number;
  /** Since the look before it. */
  readonly unwatchedMs: number;
}

function statusOf(said: SaidTarget, before: TargetStatus | undefined, { atMs, windowMs, unwatchedMs }: Look): TargetStatus {
  const lastSuccessMs = said.up ? said.triedMs : before?.lastSuccessMs;
  // One that was up a window ago has its rates; one seen for the first time may have been there for longer, which is found out a window later.
  const firstSuccessMs = before?.firstSuccessMs ?? (said.wasUp ? atMs - windowMs : said.up ? said.triedMs : undefined);
  return {
    target: targetOf(said, before?.target),
    lastAttemptMs: said.triedMs,
    ...(lastSuccessMs !== undefined && { lastSuccessMs }),
    ...(firstSuccessMs !== undefined && { firstSuccessMs: said.wasUp ? Math.min(firstSuccessMs, atMs - windowMs) : firstSuccessMs }),
    scrapes: said.up ? scrapesOf(said, before?.scrapes, unwatchedMs) : before?.scrapes,
    startedUnderObservation: false,
    ...(!said.up && { lastError: DOWN }),
    consecutiveFailures: said.up ? 0 : (before?.consecutiveFailures ?? 0) + 1,
    samples: 0,
    warnings: [],
  };
}

/**
 * In intervals. What is seen of scrapes comes by way of the engine's own and at our pace, so of two that were in time the first may not be
 * seen; a single one that was lost is not told from that.
 */
const SURE_GAP = 2.5;

/** A gap is one where nothing else explains it: while nobody looked the engine may have read all. */
function scrapesOf({ triedMs, intervalMs }: SaidTarget, before: ReadTimes | undefined, unwatchedMs: number): ReadTimes {
  if (before === undefined) return readAgain(before, { sentMs: triedMs, everyMs: intervalMs, lostUntilMs: undefined });
  const isGap = unwatchedMs <= intervalMs && triedMs - before.lastMs > SURE_GAP * intervalMs;
  return isGap
    ? readAgain(before, { sentMs: triedMs, everyMs: intervalMs, lostUntilMs: undefined })
    : { everyMs: intervalMs, lastMs: triedMs, gaps: before.gaps };
}

function unseenStatus(known: KnownTarget): TargetStatus {
  const target = targetOf(known, undefined);
  return { target, startedUnderObservation: false, consecutiveFailures: 0, samples: 0, warnings: [] };
}

function goneStatus(before: TargetStatus): TargetStatus {
  return before.lastError === GONE ? before : { ...before, lastError: GONE, consecutiveFailures: before.consecutiveFailures + 1 };
}

function targetOf({ id, job, source, intervalMs, labels }: KnownTarget, before: Target | undefined): Target {
  if (before !== undefined && before.source === source && before.intervalMs === intervalMs && isSameLabels(before.labels, labels))
    return before;
  return {
    id,
    job,
    source,
    url: labels.get('instance') ?? '',
    labels,
    honorLabels: false,
    intervalMs,
    timeoutMs: (LIVE_INTERVALS - 1) * intervalMs,
  };
}

/** Whether nothing changed but times and counts. */
function isSameBook(one: ReadonlyMap<string, TargetStatus>, other: ReadonlyMap<string, TargetStatus>, atMs: number): boolean {
  if (one.size !== other.size) return false;
  for (const [id, status] of other) {
    const before = one.get(id);
    if (before === undefined || before.target !== status.target || before.lastError !== status.lastError) return false;
    if (isLive(before, atMs) !== isLive(status, atMs) || before.firstSuccessMs !== status.firstSuccessMs) return false;
    if (before.scrapes?.gaps !== status.scrapes?.gaps) return false;
  }
  return true;
}
