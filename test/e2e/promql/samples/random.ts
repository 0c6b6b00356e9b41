// Random samples in which everything that can go wrong with samples does.
import fc from 'fast-check';
import { type DataSet, type SeriesData, sorted, type ValueText, valueText } from './data-set.ts';

/** A Saturday, so that functions of the date have something to tell. */
export const START_MS = Date.UTC(2024, 1, 24, 23, 50);
export const INTERVAL_MS = 15_000;
export const SLOTS = 80;
export const END_MS = START_MS + SLOTS * INTERVAL_MS;

const JOBS = ['api', 'batch'];
const INSTANCES = ['a:1', 'b:1', 'c:1'];
const CODES = ['200', '404', '500'];
const BOUNDS = ['0.1', '0.5', '1', '5', '+Inf'];
/** No bound, bounds that are not numbers, the same bound in other words. */
const ODD_BOUNDS = ['0.1', '1', '1.0', 'x', '', '+Inf'];

type Labels = Readonly<Record<string, string>>;
type Values = fc.Arbitrary<readonly ValueText[]>;

/** Without the smallest of all: of the logarithm of what has lost digits Go knows two, by the kind of processor. */
const isUsual = (value: number): boolean => value === 0 || !(Math.abs(value) < 1e-200);
const number: fc.Arbitrary<number> = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -100, max: 100 }) },
  { weight: 4, arbitrary: fc.double({ min: -1000, max: 1000, noNaN: true }).filter(isUsual) },
  { weight: 1, arbitrary: fc.double().filter(isUsual) },
);
const special = fc.constantFrom('NaN', 'Infinity', '-Infinity', '-0', '1e300', '-1e300', '1e-150');
/** `none`: there is no sample in the slot. */
const hole = fc.constantFrom('none', 'none', 'none', 'stale');

/** A value for each slot. */
function slots(usual: fc.Arbitrary<ValueText>): Values {
  const untidy = fc.oneof({ weight: 12, arbitrary: usual }, { weight: 1, arbitrary: hole }, { weight: 1, arbitrary: special });
  const gappy = fc.oneof({ weight: 12, arbitrary: usual }, { weight: 2, arbitrary: hole });
  const sparse = fc.oneof({ weight: 1, arbitrary: usual }, { weight: 5, arbitrary: hole });
  return fc.oneof(all(usual), all(usual), all(gappy), all(untidy), all(sparse));
}

function all(value: fc.Arbitrary<ValueText>): Values {
  return fc.array(value, { minLength: SLOTS, maxLength: SLOTS });
}

const gauge: Values = fc.oneof(
  slots(number.map(valueText)),
  slots(fc.constantFrom('0', '1', '2')),
  fc.constant(Array.from({ length: SLOTS }, () => '3')),
);

/** Growth in steps; a step of −1 is a restart from zero. */
const counter: Values = fc
  .tuple(
    slots(fc.oneof(fc.integer({ min: 0, max: 20 }), fc.double({ min: 0, max: 3, noNaN: true }).filter(isUsual)).map(valueText)),
    fc.array(fc.nat({ max: SLOTS }), { maxLength: 3 }),
  )
  .map(([steps, restarts]) => {
    let value = 0;
    return steps.map((step, slot) => {
      if (restarts.includes(slot)) value = 0;
      const grown = Number(step);
      if (!Number.isFinite(grown)) return step;
      value += Math.abs(grown) > 1e6 ? 0 : Math.abs(grown);
      return valueText(value);
    });
  });

/** Times are late by up to as much as a scrape may be, or stand exactly on the interval. */
const lateness = fc.oneof(
  fc.constant(Array.from({ length: SLOTS }, () => 0)),
  fc.array(fc.nat({ max: 900 }), { minLength: SLOTS, maxLength: SLOTS }),
);

function series(labels: Labels, values: Values): fc.Arbitrary<SeriesData> {
  return fc.tuple(values, lateness).map(([texts, late]) => {
    const kept = [...texts.keys()].filter((slot) => texts[slot] !== 'none');
    return {
      labels,
      timesMs: kept.map((slot) => START_MS + slot * INTERVAL_MS + (late[slot] ?? 0)),
      values: kept.map((slot) => texts[slot] ?? 'stale'),
    };
  });
}

/** Buckets that mostly grow with their bound, as they must. */
function histogram(name: string, { labels, bounds }: { labels: Labels; bounds: readonly string[] }): fc.Arbitrary<readonly SeriesData[]> {
  return fc.array(counter, { minLength: bounds.length, maxLength: bounds.length }).chain((counts) => {
    const added = counts.map((_, at) => counts.slice(0, at + 1));
    const sums = added.map((parts) => Array.from({ length: SLOTS }, (_slot, slot) => total(parts.map((values) => values[slot] ?? 'none'))));
    const parts = bounds.map((le, at) =>
      series({ __name__: `${name}_bucket`, ...labels, ...(le === '' ? {} : { le }) }, fc.constant(sums[at] ?? [])),
    );
    return fc.tuple(
      ...parts,
      series({ __name__: `${name}_sum`, ...labels }, counter),
      series({ __name__: `${name}_count`, ...labels }, counter),
    );
  });
}

function total(values: readonly ValueText[]): ValueText {
  const numbers = values.map(Number);
  return numbers.some(Number.isNaN) ? (values.at(-1) ?? 'none') : valueText(numbers.reduce((sum, value) => sum + value, 0));
}

const pairs = JOBS.flatMap((job) => INSTANCES.map((instance) => ({ job, instance })));

/** A world of series: counters, gauges, histograms, facts, and one name in several shapes. */
export const randomData: fc.Arbitrary<DataSet> = fc
  .tuple(
    ...pairs.flatMap((labels) => CODES.map((code) => series({ __name__: 'requests_total', ...labels, code }, counter))),
    ...pairs.map((labels) => series({ __name__: 'errors_total', ...labels }, counter)),
    ...pairs.map((labels) => series({ __name__: 'temperature', ...labels }, gauge)),
    ...JOBS.map((job) => series({ __name__: 'limit', job }, gauge)),
    ...pairs
      .slice(0, 4)
      .map((labels, at) => series({ __name__: 'target_info', ...labels, version: `v${at % 2}` }, slots(fc.constant('1')))),
    series({ __name__: 'shape' }, gauge),
    series({ __name__: 'shape', job: 'api' }, gauge),
    series({ __name__: 'shape', job: 'api', extra: 'é"\\' }, gauge),
    series({ __name__: 'my.metric', 'a.b': 'x', job: 'api' }, gauge),
    series({ __name__: 'my.metric', 'a.b': 'y', job: 'batch' }, gauge),
    fc
      .tuple(
        ...JOBS.map((job) => histogram('latency_seconds', { labels: { job }, bounds: BOUNDS })),
        histogram('odd', { labels: { job: 'api' }, bounds: ODD_BOUNDS }),
      )
      .map((histograms) => histograms.flat()),
  )
  .map((parts) => sorted(parts.flat()).filter(({ timesMs }) => timesMs.length > 0));
