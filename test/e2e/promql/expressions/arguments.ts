// What functions are given that random arguments of the right types would say nothing to.
import fc from 'fast-check';
import { QUANTILES } from './aggregations.ts';
import type { Kinds } from './random.ts';

type Texts = fc.Arbitrary<string>;

/** Functions and operators whose last digits are a library's. */
export const TRANSCENDENTAL: ReadonlySet<string> = new Set([
  ...['acos', 'acosh', 'asin', 'asinh', 'atan', 'atanh', 'cos', 'cosh', 'sin', 'sinh', 'tan', 'tanh'],
  ...['exp', 'ln', 'log2', 'log10', 'atan2', '^'],
]);

const labelName = fc.constantFrom('"job"', '"instance"', '"new"', '"code"', '"le"', '"a.b"', '"__name__"');
const replacement = fc.constantFrom('"$1"', '"x"', '"${1}-$2"', '"$$"', '""', '"$name"');
const pattern = fc.constantFrom('"(.*)"', '"(.)(.*)"', '"a.*"', '""', '"(?P<name>[a-z]+).*"', '"[ab]:1"');
const separator = fc.constantFrom('"-"', '""', '","');
const buckets = fc.constantFrom(
  'latency_seconds_bucket',
  'rate(latency_seconds_bucket[1m])',
  'sum by (le) (rate(latency_seconds_bucket[5m]))',
  'sum by (le, job) (latency_seconds_bucket)',
  'odd_bucket',
  'rate(odd_bucket[2m])',
  'latency_seconds_bucket{le!="+Inf"}',
  'latency_seconds_bucket - 5',
);

/** As written between the parentheses, by the name of the function. */
export const ARGUMENTS: Readonly<Record<string, (inner: Kinds) => Texts>> = {
  label_replace: ({ vector }) => fc.tuple(vector, labelName, replacement, labelName, pattern).map((texts) => texts.join(', ')),
  label_join: ({ vector }) =>
    fc
      .tuple(vector, labelName, separator, fc.array(labelName, { maxLength: 3 }))
      .map(([first, name, mark, labels]) => [first, name, mark, ...labels].join(', ')),
  histogram_quantile: ({ vector, scalar }) =>
    fc
      .tuple(
        fc.oneof({ weight: 6, arbitrary: QUANTILES }, { weight: 1, arbitrary: scalar }),
        fc.oneof({ weight: 6, arbitrary: buckets }, { weight: 1, arbitrary: vector }),
      )
      .map((texts) => texts.join(', ')),
  histogram_fraction: ({ vector }) =>
    fc
      .tuple(
        fc.constantFrom('0', '-Inf', '0.1', '0.3', 'NaN'),
        fc.constantFrom('1', '+Inf', '0.1', '0.7', '10'),
        fc.oneof({ weight: 6, arbitrary: buckets }, { weight: 1, arbitrary: vector }),
      )
      .map((texts) => texts.join(', ')),
  histogram_quantiles: () =>
    fc
      .tuple(buckets, fc.constantFrom('"q"', '"job"'), fc.array(QUANTILES, { minLength: 1, maxLength: 3 }))
      .map(([text, label, quantiles]) => [text, label, ...quantiles].join(', ')),
  quantile_over_time: ({ range }) => fc.tuple(QUANTILES, range).map((texts) => texts.join(', ')),
  predict_linear: ({ range }) => fc.tuple(range, fc.constantFrom('60', '1h', '-30', '0')).map((texts) => texts.join(', ')),
  double_exponential_smoothing: ({ range }) =>
    fc.tuple(range, fc.constantFrom('0.1', '0.5', '0.9', '0', '1'), fc.constantFrom('0.1', '0.5', '1.5')).map((texts) => texts.join(', ')),
  sort_by_label: ({ vector }) =>
    fc
      .tuple(vector, fc.subarray(['"job"', '"instance"', '"code"', '"le"'], { minLength: 1 }))
      .map(([text, labels]) => [text, ...labels].join(', ')),
  sort_by_label_desc: ({ vector }) =>
    fc
      .tuple(vector, fc.subarray(['"job"', '"instance"', '"code"', '"le"'], { minLength: 1 }))
      .map(([text, labels]) => [text, ...labels].join(', ')),
  info: ({ vector }) =>
    fc
      .tuple(vector, fc.constantFrom('', ', {version=~".+"}', ', {version="v0"}', ', {__name__="target_info"}', ', {version=~".*"}'))
      .map((texts) => texts.join('')),
  clamp: ({ vector, scalar }) =>
    fc
      .tuple(vector, fc.oneof(fc.constantFrom('0', '-5', '1'), scalar), fc.oneof(fc.constantFrom('5', '10', '-1'), scalar))
      .map((texts) => texts.join(', ')),
  round: ({ vector }) =>
    fc.tuple(vector, fc.constantFrom('', ', 5', ', 0.1', ', 0', ', -1', ', NaN', ', 0.3')).map((texts) => texts.join('')),
};
