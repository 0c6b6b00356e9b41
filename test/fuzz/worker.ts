// One kind of case, one after the other, in a thread of its own: whoever watches it sees the number of the case that it is at.
import { parentPort, workerData } from 'node:worker_threads';
import { BLOCK, type Cases, casesOf, diceFor, inputOf, type Kind } from './kinds.ts';

export interface Work {
  readonly kind: Kind;
  readonly seed: number;
  readonly from: number;
  readonly count: number;
  /** One number: the case that is run. */
  readonly at: Int32Array;
}

export interface Failure {
  readonly kind: Kind;
  readonly seed: number;
  readonly number: number;
  readonly why: string;
  readonly input: Uint8Array;
}

export interface Finished {
  readonly longestMs: number;
}

const { kind, seed, from, count, at }: Work = workerData;
/** Processor time of this thread, so that a busy machine is no hang. */
const cpuMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};
const MOST_MS = 1000;

let cases: Cases | undefined;
let longestMs = 0;
for (let number = from - (from % BLOCK); number < from + count; number += 1) {
  if (number % BLOCK === 0) {
    await cases?.close?.();
    cases = await casesOf(kind);
  }
  Atomics.store(at, 0, number);
  await runOne(number);
}
await cases?.close?.();
parentPort?.postMessage({ longestMs } satisfies Finished);

async function runOne(number: number): Promise<void> {
  const startMs = cpuMs();
  let why: string | undefined;
  try {
    await cases?.run(diceFor({ kind, seed, number }));
  } catch (error) {
    why = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  const tookMs = cpuMs() - startMs;
  longestMs = Math.max(longestMs, tookMs);
  if (tookMs > MOST_MS) why ??= `it took ${Math.round(tookMs)} ms of processor time`;
  if (why !== undefined) parentPort?.postMessage({ kind, seed, number, why, input: inputOf({ kind, seed, number }) } satisfies Failure);
}
