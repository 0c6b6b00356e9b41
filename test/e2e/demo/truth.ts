// What really went on in the fleet, composed as the served number is: waiting at the scrape instants, executing averaged over a window.
import type { Fleet } from '../../../src/fleet/fleet.ts';

interface Reading {
  readonly atMs: number;
  readonly waiting: number;
}

interface Progress {
  readonly atMs: number;
  /** Request-seconds executed since the fleet began. */
  readonly executingSeconds: number;
}

/** How far back truth is asked for. */
const KEPT_MS = 90_000;

export class TruthRecorder {
  readonly #readings = new Map<string, Reading[]>();
  readonly #progress = new Map<string, Progress[]>();
  readonly #fleet: Fleet;

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
  }

  /** The fleet as its servers should read it: each read of a pod is noted with the truth of that instant. */
  observed(nowMs: () => number): Fleet {
    const podOf = new Map(this.#fleet.endpoints().map(({ id, pod, source }) => [id, source === 'triton' ? pod : undefined]));
    return {
      ...this.#fleet,
      read: (endpointId) => {
        const reading = this.#fleet.read(endpointId);
        const pod = podOf.get(endpointId);
        if (pod !== undefined && reading.kind === 'body') {
          keep(this.#readings, { pod, entry: { atMs: nowMs(), waiting: sum(this.#fleet, pod, 'waiting') } });
        }
        return reading;
      },
    };
  }

  /** Notes how much was executed until now; to be called every few milliseconds. */
  sample(atMs: number): void {
    for (const pod of new Set(this.#fleet.truth().map((truth) => truth.pod))) {
      keep(this.#progress, { pod, entry: { atMs, executingSeconds: sum(this.#fleet, pod, 'executingSeconds') } });
    }
  }

  /** Mean waiting over the last `reads` reads up to `atMs` plus mean executing over `windowMs` up to `atMs`; undefined while not known. */
  inflight(pod: string, { atMs, reads, windowMs }: { atMs: number; reads: number; windowMs: number }): number | undefined {
    const seen = (this.#readings.get(pod) ?? []).filter((reading) => reading.atMs <= atMs).slice(-reads);
    const end = at(this.#progress.get(pod) ?? [], atMs);
    const start = at(this.#progress.get(pod) ?? [], atMs - windowMs);
    if (seen.length < reads || end === undefined || start === undefined) return undefined;
    let waiting = 0;
    for (const reading of seen) waiting += reading.waiting;
    return waiting / reads + (end - start) / (windowMs / 1000);
  }
}

function sum(fleet: Fleet, pod: string, what: 'waiting' | 'executingSeconds'): number {
  let total = 0;
  for (const truth of fleet.truth()) if (truth.pod === pod) total += truth[what];
  return total;
}

function keep<Entry extends { readonly atMs: number }>(map: Map<string, Entry[]>, { pod, entry }: { pod: string; entry: Entry }): void {
  const entries = map.get(pod) ?? [];
  entries.push(entry);
  while ((entries[0]?.atMs ?? 0) < entry.atMs - KEPT_MS) entries.shift();
  map.set(pod, entries);
}

/** Straight line between the notes around an instant: the integral has no jumps. */
function at(progress: readonly Progress[], atMs: number): number | undefined {
  const after = progress.findIndex((entry) => entry.atMs >= atMs);
  const [before, next] = [progress[after - 1], progress[after]];
  if (before === undefined || next === undefined) return undefined;
  return before.executingSeconds + ((next.executingSeconds - before.executingSeconds) * (atMs - before.atMs)) / (next.atMs - before.atMs);
}
