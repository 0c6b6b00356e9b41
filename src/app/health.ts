// When Plimsoll is alive, and when it is ready to be asked.
import { formatShard } from '../config/shard.ts';
import type { Unreadable } from '../discovery/kubernetes/collection.ts';
import type { HealthCheck } from '../exporter/health.ts';
import type { Clock } from '../lib/clock.ts';
import { windowsFor } from '../signals/windows.ts';
import type { Plimsoll } from './wire.ts';

export interface HealthOptions {
  readonly plimsoll: Plimsoll;
  readonly clock: Clock;
  /** True from the moment a stop was asked for. */
  readonly isStopping: () => boolean;
}

export interface HealthChecks {
  readonly live: readonly HealthCheck[];
  readonly ready: readonly HealthCheck[];
}

type Result = ReturnType<HealthCheck['check']>;

/** As metrics-server: a loop is stuck when its tick is overdue by more than half of what it may take. */
const TICK_OVERDUE_MS = 15_000;

/**
 * `live` fails when the scrape loop stands still. `ready` fails until the cluster was listed, every target was tried once and rates have
 * their window, and from the moment of a stop. What was once reached together stays: a target that is added later, or an API server that
 * goes away, must not take the answers about all others away. Targets that are dead, or none, hold nothing up.
 */
export function healthChecks({ plimsoll, clock, isStopping }: HealthOptions): HealthChecks {
  const conditions = [
    { name: 'kubernetes-listed', check: () => kubernetesListed(plimsoll) },
    { name: 'targets-tried', check: () => targetsTried(plimsoll) },
    { name: 'windows-filled', check: () => windowsFilled(plimsoll, clock.nowMs()) },
  ];
  let hasStarted = false;
  const startedOr = (check: () => Result) => (): Result => {
    hasStarted ||= conditions.every((condition) => condition.check().ok);
    const { ok, why } = check();
    return { ok: hasStarted || ok, why };
  };
  return {
    live: [{ name: 'scrape-loop', check: () => scrapeLoop(plimsoll, clock.nowMs()) }, ...shardTold(plimsoll)],
    ready: [
      { name: 'serving', check: () => serving(isStopping()) },
      ...conditions.map(({ name, check }) => ({ name, check: startedOr(check) })),
      ...shardTold(plimsoll),
    ],
  };
}

/** Never fails: who asks sees which part of the fleet the process is about. */
function shardTold({ shard, scraper }: Plimsoll): readonly HealthCheck[] {
  if (shard === undefined) return [];
  const why = (): string =>
    `${formatShard(shard)}: ${[...scraper.book.all()].length} targets read here, ${shard.elsewhere()} left to others`;
  return [{ name: 'shard', check: () => ({ ok: true, why: why() }) }];
}

function scrapeLoop({ scraper, targetsSinceMs }: Plimsoll, nowMs: number): Result {
  let latestMs: number | undefined;
  let longestMs = 0;
  for (const { target, lastAttemptMs } of scraper.book.all()) {
    if (lastAttemptMs !== undefined) latestMs = Math.max(latestMs ?? 0, lastAttemptMs);
    longestMs = Math.max(longestMs, target.intervalMs + target.timeoutMs);
  }
  const silentMs = nowMs - (latestMs ?? targetsSinceMs());
  const ok = longestMs === 0 || silentMs <= longestMs + TICK_OVERDUE_MS;
  return { ok, why: ok ? 'scrapes go on' : `no scrape was begun for ${Math.round(silentMs / 1000)} s` };
}

function serving(isStopping: boolean): Result {
  return { ok: !isStopping, why: isStopping ? 'stopping: answers under way end, new ones go elsewhere' : 'questions are answered' };
}

function kubernetesListed({ cluster, hasListed }: Plimsoll): Result {
  if (cluster === undefined) return { ok: true, why: 'no cluster is asked' };
  const ok = hasListed();
  return { ok, why: [ok ? 'listed' : 'not all is listed yet', ...cluster.unreadable().map(inWords)].join('; ') };
}

function inWords({ resource, namespace, kind, why }: Unreadable): string {
  const place = namespace === undefined ? '' : ` of ${namespace}`;
  return `${resource}${place} ${kind === 'refused' ? 'may not be read' : 'cannot be followed now'}: ${why}`;
}

function targetsTried({ scraper }: Plimsoll): Result {
  let tried = 0;
  let all = 0;
  let read = 0;
  for (const { lastAttemptMs, lastSuccessMs } of scraper.book.all()) {
    all += 1;
    if (lastAttemptMs !== undefined) tried += 1;
    if (lastSuccessMs !== undefined) read += 1;
  }
  return { ok: tried === all, why: `${tried} of ${all} targets tried, ${read} read` };
}

/**
 * From the first success of any target: the range of rates, and two intervals for a scrape that is late. The targets read most often decide
 * (a kubelet is slower than what an autoscaler follows); what is not warm after that says so itself.
 */
function windowsFilled({ scraper, config }: Plimsoll, nowMs: number): Result {
  const read = [...scraper.book.all()].filter(({ firstSuccessMs }) => firstSuccessMs !== undefined);
  if (read.length === 0) return { ok: true, why: 'no target was read, so no rate is waited for' };
  const intervalMs = Math.min(...read.map(({ target }) => target.intervalMs));
  const often = read.filter(({ target }) => target.intervalMs === intervalMs);
  const firstMs = Math.min(...often.map(({ firstSuccessMs = nowMs }) => firstSuccessMs));
  const neededMs = windowsFor(often, config().signals.window).windowMs + 2 * intervalMs;
  const knownMs = Math.min(nowMs - firstMs, neededMs);
  return { ok: knownMs === neededMs, why: `${seconds(knownMs)} of ${seconds(neededMs)} s read` };
}

function seconds(ms: number): number {
  return Math.round(ms / 1000);
}
