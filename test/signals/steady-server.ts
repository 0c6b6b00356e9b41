// A server that is asked steadily, scraped with attempts that come to nothing now and then: what its counter's rate is told to be, and what it was.
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import { labelsOf, METRIC_NAME } from '../../src/model/labels.ts';
import { nullMeter } from '../../src/model/meter.ts';
import { type ReadTimes, readAgain } from '../../src/model/read-times.ts';
import { createEmbeddedEngine } from '../../src/promql/engine.ts';
import { createStore } from '../../src/store/store.ts';

/** Requests a second while the server is up. */
export const RATE = 2;

/** Missed: the server is up and nobody reads it. Refused: it is down, from half an interval before the first such attempt to half of one after the last. */
export type Outcome = 'read' | 'missed' | 'refused';

export interface Scraped {
  readonly everyMs: number;
  readonly windowMs: number;
  /** Of its attempts, an interval apart. */
  readonly outcomes: readonly Outcome[];
}

export interface Look {
  readonly atMs: number;
  /** Undefined where the engine has none. */
  readonly rate: number | undefined;
  /** What the server did, over the window. */
  readonly truth: number;
  readonly times: ReadTimes;
}

const LOOKS_IN_AN_INTERVAL = 10;

/** Looks as long as the last attempt was good, from the end of the first window on. */
export async function looksAt(scraped: Scraped): Promise<readonly Look[]> {
  const { everyMs, windowMs, outcomes } = scraped;
  const store = createStore({ retentionMs: 3_600_000, seriesLimit: 10, meter: nullMeter });
  const writer = store.openTarget({ id: 't', labels: labelsOf({ instance: 't' }), honorLabels: false, intervalMs: everyMs });
  const row = writer.row(labelsOf({ [METRIC_NAME]: 'c' }), { ownTime: false, clash: 'override' }) ?? -1;
  const engine = createEmbeddedEngine({ source: store, clock: new VirtualClock(0), lookbackMs: 3_600_000, meter: nullMeter });
  const ask = async (timeMs: number): Promise<number | undefined> => {
    const about = { liveTargets: new Set(['t']), deadlineMs: Number.MAX_SAFE_INTEGER, sampleBudget: 1_000_000 };
    const result = await engine.instant({ expr: `rate(c[${windowMs}ms])`, timeMs, ...about });
    return result.kind === 'vector' ? result.series[0]?.value : undefined;
  };
  const served = servedBy(scraped);
  const looks: Look[] = [];
  let times: ReadTimes | undefined;
  let refusedSinceMs: number | undefined;
  let downAt = 0;
  for (const [at, outcome] of outcomes.entries()) {
    const sentMs = at * everyMs;
    if (outcome === 'refused') downAt = served(sentMs);
    if (outcome !== 'read') {
      refusedSinceMs = outcome === 'refused' ? (refusedSinceMs ?? sentMs) : undefined;
      writer.miss(sentMs);
      continue;
    }
    writer.begin(sentMs);
    const counted = served(sentMs) - downAt;
    const lostUntilMs = counted < writer.before(row) ? (refusedSinceMs ?? sentMs) : undefined;
    writer.put(row, counted);
    times = readAgain(times, { sentMs, everyMs, lostUntilMs });
    refusedSinceMs = undefined;
    for (let look = 0; look < LOOKS_IN_AN_INTERVAL && sentMs >= windowMs; look += 1) {
      const atMs = sentMs + (look * everyMs) / LOOKS_IN_AN_INTERVAL;
      const truth = ((served(atMs) - served(atMs - windowMs)) / windowMs) * 1000;
      looks.push({ atMs, rate: await ask(atMs), truth, times });
    }
  }
  return looks;
}

/** How much it has served until a time. */
function servedBy({ everyMs, outcomes }: Scraped): (atMs: number) => number {
  const halfMs = everyMs / 2;
  const isUp = (half: number): boolean => outcomes[Math.ceil(half / 2)] !== 'refused';
  const upTo: number[] = [0];
  for (let half = 0; half < 2 * outcomes.length; half += 1) upTo.push((upTo[half] ?? 0) + (isUp(half) ? (RATE * halfMs) / 1000 : 0));
  return (atMs) => {
    const half = Math.floor(atMs / halfMs);
    const part = (atMs - half * halfMs) / halfMs;
    const [before = 0, after = before] = upTo.slice(half, half + 2);
    return before + part * (after - before);
  };
}
