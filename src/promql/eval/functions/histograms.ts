// Functions of classic histograms: series that differ in `le` alone are the buckets of one.
import { floatAt } from '../../../lib/columns.ts';
import type { Labels } from '../../../model/labels.ts';
import { quoteAsGo } from '../../syntax/go-quote.ts';
import { type Annotation, type Place, warning } from '../annotations.ts';
import { distinctnessWithin, nameDropper } from '../labels/distinct.ts';
import { metricTeller } from '../labels/late-names.ts';
import { listLosing, listOfLabels, type SeriesList } from '../labels/series-list.ts';
import type { Texts } from '../labels/texts.ts';
import { remember } from '../remember.ts';
import type { Run } from '../running/run.ts';
import type { EvalSettings } from '../settings.ts';
import { type Step, vectorArgument } from '../step.ts';
import { absentVector, isPresent, NO_SAMPLE, type Vector } from '../vector.ts';
import { bucketFraction } from './bucket-fraction.ts';
import { type BucketQuantile, type Buckets, bucketQuantile, putInOrder } from './bucket-quantile.ts';
import { type CallContext, type Constants, constantsOf, type FunctionBuild, placeOfArgument, textArguments } from './call.ts';
import { fallsNoter, type MetricFalls } from './falls-info.ts';
import { type Grouped, type Histogram, histogramsIn } from './group-buckets.ts';
import { printOpenMetrics } from './print-number.ts';
import { warnOfQuantile } from './quantile.ts';

export const histogramQuantile: FunctionBuild = (args, context) => {
  return histogramStep(args, {
    vectorAt: 1,
    context,
    check: ({ values: [quantile = Number.NaN] }, run) => warnOfQuantile(quantile, { run, place: placeOfArgument(context, 0) }),
    evaluate: (buckets, { values: [quantile = Number.NaN] }) => bucketQuantile(quantile, buckets),
  });
};

export const histogramFraction: FunctionBuild = (args, context) =>
  histogramStep(args, {
    vectorAt: 2,
    context,
    evaluate: (buckets, { values: [lower = Number.NaN, upper = Number.NaN] }) => ({
      value: bucketFraction({ lower, upper }, buckets),
      falls: undefined,
    }),
  });

interface HistogramCall {
  /** Of the vector among the arguments. */
  readonly vectorAt: number;
  readonly context: CallContext;
  /** Looks at the scalar arguments of an instant. */
  readonly check?: (constants: Constants, run: Run) => void;
  /** Buckets in order, which it may change. */
  readonly evaluate: (buckets: Buckets, constants: Constants) => BucketQuantile;
}

function histogramStep(args: readonly Step[], { vectorAt, context, check, evaluate }: HistogramCall): Step {
  const vector = vectorArgument(args, vectorAt);
  const constantsAt = constantsOf(args);
  const read = bucketReader(placeOfArgument(context, vectorAt), context.settings);
  const note = fallsNoter(placeOfArgument(context, vectorAt));
  const dropName = nameDropper(context.settings);
  const metricOf = metricTeller(context.settings);
  return {
    type: 'vector',
    run: (run) => {
      const falls: MetricFalls[] = [];
      const constants = constantsAt(run);
      check?.(constants, run);
      const { list, each } = read(vector(run), run);
      const result = absentVector(list, run);
      each(({ position, buckets, newestMs }) => {
        const { value, falls: fallen } = evaluate(buckets, constants);
        if (fallen !== undefined) falls.push({ ...fallen, metric: metricOf(list, position) });
        result.values[position] = value;
        result.newestMs[position] = Math.max(newestMs, constants.newestMs);
      });
      note(falls, run);
      return dropName(result);
    },
  };
}

/** Several quantiles of each histogram, told apart by a label. */
export const histogramQuantiles: FunctionBuild = (args, context) => {
  const vector = vectorArgument(args, 0);
  const constantsAt = constantsOf(args);
  const [label = ''] = textArguments(args, 1);
  const read = bucketReader(placeOfArgument(context, 0), context.settings);
  const note = fallsNoter(placeOfArgument(context, 1));
  const labelled = quantileLists(label, context.settings.texts);
  const dropName = nameDropper(context.settings);
  const metricOf = metricTeller(context.settings);
  const requireDistinct = distinctnessWithin(context.settings);
  return {
    type: 'vector',
    run: (run) => {
      const falls: MetricFalls[] = [];
      const { values: quantiles, newestMs: constantsMs } = constantsAt(run);
      for (const [at, quantile] of quantiles.entries()) warnOfQuantile(quantile, { run, place: placeOfArgument(context, at + 2) });
      const { list, each } = read(vector(run), run);
      const nameless = dropName(absentVector(list, run));
      const result = absentVector(labelled(nameless.list, quantiles), run);
      each(({ position, buckets, newestMs }) => {
        const { length } = buckets;
        for (const [at, quantile] of quantiles.entries()) {
          // As Prometheus does: the others find the buckets as the first one left them, merged ones and what stood in their places.
          buckets.length = length;
          if (at > 0) putInOrder(buckets);
          const { value, falls: fallen } = bucketQuantile(quantile, buckets);
          if (fallen !== undefined) falls.push({ ...fallen, metric: metricOf(list, position) });
          result.values[at * list.size + position] = value;
          result.newestMs[at * list.size + position] = Math.max(newestMs, constantsMs);
        }
      });
      note(falls, run);
      requireDistinct(result, run);
      return result;
    },
  };
};

/** Each series once for each quantile, the quantiles one after another; the same list while they stay the same. */
function quantileLists(label: string, texts: Pick<Texts, 'idOf'>): (list: SeriesList, quantiles: readonly number[]) => SeriesList {
  const known = remember((_list: SeriesList) => new Map<string, SeriesList>());
  return (list, quantiles) => {
    const lists = known(list);
    const names = quantiles.map(printOpenMetrics);
    const key = names.join(' ');
    const made =
      lists.get(key) ??
      listLosing(
        listOfLabels(
          names.flatMap((name) => labelledWith(list, { label, name })),
          texts,
        ),
        (position) => list.losesName(position % list.size),
      );
    // One at a time: quantiles that move have a new list at each instant.
    if (!lists.has(key)) lists.clear();
    lists.set(key, made);
    return made;
  };
}

function labelledWith(list: SeriesList, { label, name }: { readonly label: string; readonly name: string }): readonly Labels[] {
  return Array.from({ length: list.size }, (_, position) => new Map(list.labels(position)).set(label, name));
}

interface Read {
  /** The histograms' labels. */
  readonly list: SeriesList;
  /** Visits each histogram that has a bucket at this instant. */
  readonly each: (visit: (histogram: { position: number; buckets: Buckets; newestMs: number }) => void) => void;
}

function bucketReader(place: Place, settings: EvalSettings): (vector: Vector, run: Run) => Read {
  const metricOf = metricTeller(settings);
  const grouped = remember(histogramsIn);
  const warningsOf = remember((list: SeriesList, { malformed }: Grouped) =>
    malformed.map(({ text, positions: [first = -1] }) => badBucket(`${quoteAsGo(text)}${metricOf(list, first)}`, place)),
  );
  return (vector, run) => {
    const groups = grouped(vector.list);
    const warnings = warningsOf(vector.list, groups);
    for (const [at, { positions }] of groups.malformed.entries()) {
      const said = warnings[at];
      if (said !== undefined && positions.some((position) => isPresent(vector, position))) run.usage.annotate(said);
    }
    const buckets = { bounds: run.scratch.column(groups.mostBuckets), counts: run.scratch.column(groups.mostBuckets), length: 0 };
    return {
      list: groups.list,
      each: (visit) => {
        for (const [position, histogram] of groups.histograms.entries()) {
          const newestMs = readBuckets(vector, { histogram, into: buckets });
          if (buckets.length > 0) visit({ position, buckets, newestMs });
        }
      },
    };
  };
}

/** Returns the time of the newest sample. */
function readBuckets(vector: Vector, { histogram, into }: { readonly histogram: Histogram; readonly into: Buckets }): number {
  let newestMs = NO_SAMPLE;
  into.length = 0;
  for (const [at, position] of histogram.positions.entries()) {
    if (!isPresent(vector, position)) continue;
    into.bounds[into.length] = floatAt(histogram.bounds, at);
    into.counts[into.length] = floatAt(vector.values, position);
    into.length += 1;
    newestMs = Math.max(newestMs, floatAt(vector.newestMs, position));
  }
  return newestMs;
}

function badBucket(what: string, place: Place): Annotation {
  return warning(`bucket label "le" is missing or has a malformed value of ${what}`, place);
}
