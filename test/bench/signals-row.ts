// What the figures of one signal come to: the row, the verdict, and whether both engines told the same numbers.
import { shown } from './measure.ts';
import type { ReferenceAnswer } from './promql-reference.ts';
import type { BenchRow } from './report.ts';
import { MODELS, PODS } from './signals-fleet.ts';

const MOST_MS = 2;
const MOST_MS_ONE = 0.05;
/** The same distance on a slower machine: Prometheus's engine took 30 ms where 2 ms were set. */
const LEAST_RATIO = 15;
/** A loop written for one rate of one pod was so many times faster than Prometheus's engine, on the machine where 0.05 ms were set. */
const LEAST_RATIO_ONE = 4;
/** Sums in another order differ in their last digits. */
const TOLERANCE = 1e-9;

/** Values by `namespace/pod`. */
export type Numbers = ReadonlyMap<string, number>;

export interface Measured {
  /** CPU milliseconds of a question about all pods, in the median and at most; and of one about one pod. */
  readonly allMs: number;
  readonly mostMs: number;
  readonly oneMs: number;
}

export interface SignalFigures {
  readonly name: string;
  readonly ours: Measured;
  readonly numbers: { readonly all: Numbers; readonly one: Numbers };
  /** A text says why there are none. */
  readonly theirs: { readonly all: ReferenceAnswer; readonly one: ReferenceAnswer } | string;
}

export function rowOf({ name, ours, numbers, theirs }: SignalFigures): BenchRow {
  const { all, one } = typeof theirs === 'string' ? { all: undefined, one: undefined } : theirs;
  const forAll = judge(ours.allMs, { mostMs: MOST_MS, leastRatio: LEAST_RATIO, referenceMs: all?.cpuMs });
  const forOne = judge(ours.oneMs, { mostMs: MOST_MS_ONE, leastRatio: LEAST_RATIO_ONE, referenceMs: one?.cpuMs });
  const difference = differenceOf(numbers.all, all) ?? differenceOf(numbers.one, one);
  return {
    work: `${name}, ${numbers.all.size} of ${PODS} pods × ${MODELS} models`,
    measured: `${shown(ours.allMs)} CPU ms p50, ${shown(ours.mostMs)} at most; one pod ${shown(ours.oneMs)} ms`,
    reference: difference ?? (typeof theirs === 'string' ? theirs : `Prometheus’s engine ${forAll.reference}; one pod ${forOne.reference}`),
    reach: `${forAll.reach}; one pod ${forOne.reach}`,
    verdict: verdictFor({ isWrong: difference !== undefined, isReached: forAll.isReached && forOne.isReached }),
  };
}

function verdictFor({ isWrong, isReached }: { isWrong: boolean; isReached: boolean }): BenchRow['verdict'] {
  if (isWrong) return 'failed';
  return isReached ? 'reached' : 'missed';
}

interface Judgement {
  readonly isReached: boolean;
  readonly reference: string;
  /** Says too what it was reached by. */
  readonly reach: string;
}

/** The figure itself counts, or how many times faster than the reference it is. */
function judge(ms: number, aim: { mostMs: number; leastRatio: number; referenceMs: number | undefined }): Judgement {
  const { mostMs, leastRatio, referenceMs = Number.NaN } = aim;
  const ratio = referenceMs / ms;
  const isUnder = ms <= mostMs;
  const isFaster = ratio >= leastRatio;
  const by = isUnder ? ' (by time)' : isFaster ? ' (by ratio)' : '';
  return {
    isReached: isUnder || isFaster,
    reference: `${shown(referenceMs)} ms: ${shown(ratio)} ×`,
    reach: `≤ ${mostMs} ms or ≥ ${leastRatio} ×${by}`,
  };
}

/** What Prometheus says otherwise, in words; undefined where both say the same. Its NaN is no value here. */
function differenceOf(ours: Numbers, theirs: ReferenceAnswer | undefined): string | undefined {
  if (theirs === undefined) return undefined;
  const pods = new Set([...ours.keys(), ...theirs.values.keys()]);
  const wrong = [...pods].filter((pod) => !isSame(ours.get(pod) ?? Number.NaN, theirs.values.get(pod) ?? Number.NaN));
  const [first] = wrong;
  if (first === undefined) return undefined;
  return `Prometheus’s engine differs for ${wrong.length} pods: ${first} ${theirs.values.get(first) ?? 'none'}, here ${ours.get(first) ?? 'none'}`;
}

function isSame(one: number, other: number): boolean {
  return Object.is(one, other) || Math.abs(one - other) <= TOLERANCE * Math.max(Math.abs(one), Math.abs(other));
}
