// Random operations of two operands, one of them a vector at least.
import fc from 'fast-check';
import type { Kinds } from './random.ts';

const ARITHMETIC = ['+', '-', '*', '/', '%'];
const COMPARISONS = ['==', '!=', '>', '<', '>=', '<='];
const SETS = ['and', 'or', 'or', 'unless'];
const LABELS = ['job', 'instance', 'code', 'le'];

/** What filters leaves little for what stands around it. */
const sign = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...ARITHMETIC) },
  { weight: 2, arbitrary: fc.constantFrom(...COMPARISONS) },
  { weight: 2, arbitrary: fc.constantFrom(...COMPARISONS).map((text) => `${text} bool`) },
);
const labels = fc.subarray(LABELS, { maxLength: 3 }).map((names) => `(${names.join(', ')})`);
const matching = fc.tuple(fc.constantFrom('on', 'ignoring'), labels).map(([kind, names]) => `${kind} ${names}`);
/** Without matching, or with a side that has several. */
const arithmeticMatching = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  { weight: 3, arbitrary: matching },
  {
    weight: 2,
    arbitrary: fc
      .tuple(matching, fc.constantFrom('group_left', 'group_right'), fc.constantFrom('', '', '(version)', '(code)', '()'))
      .map(([text, side, include]) => `${text} ${side}${include}`),
  },
);
/** Pairs that find each other more often than two random vectors do. */
const related = fc.constantFrom(
  ['requests_total', 'on (job, instance) group_left', 'errors_total'],
  ['requests_total', 'on (job, instance) group_left (version)', 'target_info'],
  ['temperature', 'on (job) group_left ()', 'limit'],
  ['limit', 'ignoring (instance) group_right', 'temperature'],
  ['latency_seconds_sum', '', 'latency_seconds_count'],
  ['temperature', '', 'errors_total'],
  ['sum by (job) (requests_total)', '', 'limit'],
);

export function vectorOperation({ vector, scalar }: Kinds): fc.Arbitrary<string> {
  const sets = fc.tuple(fc.constantFrom(...SETS), fc.oneof(fc.constant(''), matching)).map(([text, on]) => `${text} ${on}`);
  return fc.oneof(
    {
      weight: 2,
      arbitrary: fc.tuple(vector, sign, arithmeticMatching, vector).map(([left, text, on, right]) => `(${left}) ${text} ${on} (${right})`),
    },
    { weight: 4, arbitrary: fc.tuple(related, sign).map(([[left, on, right], text]) => `${left} ${text} ${on} ${right}`) },
    { weight: 2, arbitrary: fc.tuple(vector, sets, vector).map(([left, text, right]) => `(${left}) ${text} (${right})`) },
    { weight: 2, arbitrary: fc.tuple(vector, sign, scalar).map(([left, text, right]) => `(${left}) ${text} ${right}`) },
    { weight: 1, arbitrary: fc.tuple(scalar, sign, vector).map(([left, text, right]) => `${left} ${text} (${right})`) },
    { weight: 1, arbitrary: fc.tuple(vector, fc.constantFrom('2', '3', '0', '-1')).map(([left, power]) => `(${left}) ^ ${power}`) },
  );
}
