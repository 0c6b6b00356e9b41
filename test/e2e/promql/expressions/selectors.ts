// Random selectors over the random samples: names, matchers, ranges, offsets and fixed times.
import fc from 'fast-check';
import { END_MS, START_MS } from '../samples/random.ts';

const NAMES = [
  'requests_total',
  'errors_total',
  'temperature',
  'limit',
  'shape',
  'target_info',
  'latency_seconds_bucket',
  'latency_seconds_sum',
  'latency_seconds_count',
  'odd_bucket',
  'missing',
];
const MATCHERS = [
  'job="api"',
  'job!="api"',
  'job=~"a.*"',
  'job!~"ba.+|x"',
  'instance="a:1"',
  'instance=~"a:1|b:1"',
  'instance=~"[ab]:1"',
  'code="200"',
  'code=~"[45].."',
  'code!=""',
  'extra=""',
  'le="+Inf"',
];

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
  { weight: 12, arbitrary: fc.constant('') },
  { weight: 2, arbitrary: duration.map((text) => ` offset ${text}`) },
  { weight: 1, arbitrary: fc.integer({ min: START_MS, max: END_MS }).map((timeMs) => ` @ ${timeMs / 1000}`) },
  { weight: 1, arbitrary: fc.constantFrom(' @ start()', ' @ end()', ' @ end() offset 1m', ' offset 1m @ start()') },
);

const matched: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.constantFrom(...NAMES), fc.subarray(MATCHERS, { maxLength: 2 }))
      .map(([name, matchers]) => (matchers.length === 0 ? name : `${name}{${matchers.join(',')}}`)),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
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
  .tuple(matched, fc.constantFrom('15s', '30s', '45s', '1m', '1m30s', '2m', '5m', '10m', '1ms'), moved)
  .map(([text, range, where]) => `${text}[${range}]${where}`);
