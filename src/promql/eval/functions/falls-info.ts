// What is said of histograms whose counts fell from a bucket to the next: one sentence for all of them.
import { type Annotation, info, type Place } from '../annotations.ts';
import type { Falls } from './bucket-quantile.ts';
import { printGeneral } from './print-number.ts';

const PROBLEM =
  'input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)';
/** Of the largest difference. */
const DIGITS = 2;

interface FallsInfo extends Annotation {
  readonly noted: Noted;
}

interface Noted extends Falls {
  readonly place: Place;
  readonly fromMs: number;
  readonly toMs: number;
  readonly samples: number;
}

/** `timeMs` is the instant asked about. */
export function fallsInfo({ timeMs, ...falls }: Falls & { readonly place: Place; readonly timeMs: number }): Annotation {
  return saidOf({ ...falls, fromMs: timeMs, toMs: timeMs, samples: 1 });
}

function saidOf(noted: Noted): FallsInfo {
  const { lowestBound, highestBound, largest, samples, fromMs, toMs, place } = noted;
  const figures = `from buckets ${printGeneral(lowestBound)} to ${printGeneral(highestBound)}, with a max diff of ${printGeneral(largest, DIGITS)}`;
  const times = `over ${samples} samples from ${printSecond(fromMs)} to ${printSecond(toMs)}`;
  const { kind, text } = info(`${PROBLEM}, ${figures}, ${times}`, place);
  return {
    kind,
    text,
    problem: info(PROBLEM, place).problem,
    noted,
    after: (earlier) => (isFallsInfo(earlier) ? saidOf(together(earlier.noted, noted)) : earlier),
  };
}

function isFallsInfo(annotation: Annotation): annotation is FallsInfo {
  return 'noted' in annotation;
}

/** The earlier one's place stays. */
function together(earlier: Noted, later: Noted): Noted {
  return {
    place: earlier.place,
    lowestBound: Math.min(earlier.lowestBound, later.lowestBound),
    highestBound: Math.max(earlier.highestBound, later.highestBound),
    largest: Math.max(earlier.largest, later.largest),
    fromMs: Math.min(earlier.fromMs, later.fromMs),
    toMs: Math.max(earlier.toMs, later.toMs),
    samples: earlier.samples + later.samples,
  };
}

/** RFC 3339 in UTC, without parts of seconds. */
function printSecond(timeMs: number): string {
  return `${new Date(Math.trunc(timeMs / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}
