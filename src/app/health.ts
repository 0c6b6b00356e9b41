// When Plimsoll is alive, and when it is ready to be asked.
import type { HealthCheck } from '../exporter/health.ts';
import type { Clock } from '../lib/clock.ts';
import type { Plimsoll } from './wire.ts';

/** As metrics-server: a loop is stuck when its tick is overdue by more than half of what it may take. */
const TICK_OVERDUE_MS = 15_000;

/**
 * `live` fails when the scrape loop stands still. `ready` fails until every target was tried once, and never again:
 * a target that is added later must not take the answers about all others away.
 */
export function healthChecks(
  plimsoll: Plimsoll,
  clock: Clock,
): { readonly live: readonly HealthCheck[]; readonly ready: readonly HealthCheck[] } {
  let wasReady = false;
  const ready = (): ReturnType<HealthCheck['check']> => {
    const { ok, why } = targetsTried(plimsoll);
    wasReady ||= ok;
    return { ok: wasReady, why };
  };
  return {
    live: [{ name: 'scrape-loop', check: () => scrapeLoop(plimsoll, clock.nowMs()) }],
    ready: [{ name: 'targets-tried', check: ready }],
  };
}

function scrapeLoop({ scraper, appliedMs }: Plimsoll, nowMs: number): ReturnType<HealthCheck['check']> {
  let latestMs = appliedMs();
  let longestMs = 0;
  for (const { target, lastAttemptMs } of scraper.book.all()) {
    latestMs = Math.max(latestMs, lastAttemptMs ?? 0);
    longestMs = Math.max(longestMs, target.intervalMs + target.timeoutMs);
  }
  const silentMs = nowMs - latestMs;
  const ok = longestMs === 0 || silentMs <= longestMs + TICK_OVERDUE_MS;
  return { ok, why: ok ? 'scrapes go on' : `no scrape was begun for ${Math.round(silentMs / 1000)} s` };
}

function targetsTried({ scraper }: Plimsoll): ReturnType<HealthCheck['check']> {
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
