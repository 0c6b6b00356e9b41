// Random selectors over the random samples: names, matchers, ranges, offsets and fixed times.
import fc from 'fast-check';
import { END_MS, START_MS } from '../samples/random.ts';

/** Names with labels that their series have: a condition on another label mostly leaves nothing. */
const METRICS: readonly { readonly name: string; readonly labels: readonly string[] }[] = [
  { name: 'requests_total', labels: ['job', 'instance', 'code'] },
  { name: 'errors_total', labels: ['job', 'instance'] },
  { name: 'temperature', labels: ['job', 'instance'] },
  { name: 'limit', labels: ['job'] },
  { name: 'shape', labels: ['job', 'extra'] },
  { name: 'target_info', labels: ['job', 'instance'] },
  { name: 'latency_seconds_bucket', labels: ['job', 'le'] },
  { name: 'latency_seconds_sum', labels: ['job'] },
  { name: 'latency_seconds_count', labels: ['job'] },
  { name: 'odd_bucket', labels: ['job', 'le'] },
];
const CONDITIONS: Readonly<Record<string, readonly string[]>> = {
  job: ['="api"', '!="api"', '=~"a.*"', '!~"ba.+|x"', '!=""'],
  instance: ['="a:1"', '=~"a:1|b:1"', '=~"[ab]:1"', '!="c:1"'],
  code: ['="200"', '=~"[45].."', '!=""', '!~"4.*"'],
  extra: ['=""', '!=""'],
  le: ['="+Inf"', '!="+Inf"', '=~"0.+|5"'],
};

export const numberText: fc.Arbitrary<string> = fc.constantFrom(
  '0',
  '1',
  '2',
  '-1',
  '0.5',
  '3',
  '10',
  '1e3',
  '0x1f',
  '1_000',
  '.25',
  'Inf',
  '-Inf',
  'NaN',
  '1m',
  '15s',
);

export const duration: fc.Arbitrary<string> = fc.constantFrom('15s', '30s', '1m', '1m7s', '3m', '-30s', '-1m', '10ms', '0s');

/** Where a selector looks: rarely anywhere but at the time of the question. */
const moved: fc.Arbitrary<string> = fc.oneof(
  { weight: 16, arbitrary: fc.constant('') },
  { weight: 2, arbitrary: duration.map((text) => ` offset ${text}`) },
  { weight: 1, arbitrary: fc.integer({ min: START_MS, max: END_MS }).map((timeMs) => ` @ ${timeMs / 1000}`) },
  { weight: 1, arbitrary: fc.constantFrom(' @ start()', ' @ end()', ' @ end() offset 1m', ' offset 1m @ start()') },
);

const named: fc.Arbitrary<string> = fc.constantFrom(...METRICS).chain(({ name, labels }) => {
  const condition = (label: string): fc.Arbitrary<string> =>
    fc.constantFrom(...(CONDITIONS[label] ?? ['=""'])).map((text) => `${label}${text}`);
  return fc
    .subarray([...labels], { maxLength: Math.min(2, labels.length) })
    .chain((chosen) => fc.tuple(...chosen.map(condition)))
    .map((conditions) => (conditions.length === 0 ? name : `${name}{${conditions.join(',')}}`));
});

const matched: fc.Arbitrary<string> = fc.oneof(
  { weight: 12, arbitrary: named },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'missing',
      '{"my.metric"}',
      '{"my.metric","a.b"="x"}',
      '{__name__=~"errors_total|limit"}',
      '{__name__=~"latency_seconds_(sum|count)"}',
      '{job="api",__name__!~".*_(total|bucket)"}',
    ),
  },
);

export const selector: fc.Arbitrary<string> = fc.tuple(matched, moved).map(([text, where]) => `${text}${where}`);

export const rangeSelector: fc.Arbitrary<string> = fc
  .tuple(matched, fc.constantFrom('15s', '30s', '45s', '1m', '1m30s', '2m', '5m', '10m', '2m', '5m', '1m', '1ms'), moved)
  .map(([text, range, where]) => `${text}[${range}]${where}`);
