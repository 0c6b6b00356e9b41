// Random aggregations, with what stands in their parentheses and which labels they keep.
import fc from 'fast-check';
import type { Kinds } from './random.ts';

const SIMPLE = ['sum', 'avg', 'min', 'max', 'count', 'group', 'stddev', 'stdvar'];
const RANKED = ['topk', 'bottomk'];
const EXPERIMENTAL = ['limitk', 'limit_ratio'];
const LABELS = ['job', 'instance', 'code', 'le', 'missing', 'extra'];

/** Counts are said as numbers, for a random vector seldom says one. */
const COUNTS = fc.constantFrom('0', '1', '2', '5', '1.9', '-1', '1000');
const RATIOS = fc.constantFrom('0', '0.5', '1', '-0.5', '-1', '0.3');
export const QUANTILES = fc.constantFrom('0', '0.5', '0.9', '1', '-0.1', '1.1', 'NaN', '0.25');
const NEW_LABELS = fc.constantFrom('"value"', '"job"', '"instance"', '"a.b"');

const grouping: fc.Arbitrary<string> = fc.oneof(
  fc.constant(''),
  fc
    .tuple(fc.constantFrom('by', 'without'), fc.subarray(LABELS, { maxLength: 3 }))
    .map(([kind, labels]) => ` ${kind} (${labels.join(', ')}) `),
);

export function aggregation({ vector, scalar }: Kinds, { experimental }: { readonly experimental: boolean }): fc.Arbitrary<string> {
  const parameter = (usual: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    fc.oneof({ weight: 8, arbitrary: usual }, { weight: 1, arbitrary: scalar }).map((text) => `${text}, `);
  const inside = (names: readonly string[], before: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    fc
      .tuple(fc.constantFrom(...names), grouping, before, vector, fc.boolean())
      .map(([name, kept, first, text, isAfter]) => (isAfter ? `${name}(${first}${text})${kept}` : `${name}${kept}(${first}${text})`));
  return fc.oneof(
    { weight: 6, arbitrary: inside(SIMPLE, fc.constant('')) },
    { weight: 2, arbitrary: inside(RANKED, parameter(COUNTS)) },
    { weight: 1, arbitrary: inside(['quantile'], parameter(QUANTILES)) },
    {
      weight: 1,
      arbitrary: inside(
        ['count_values'],
        NEW_LABELS.map((text) => `${text}, `),
      ),
    },
    ...(experimental
      ? [
          { weight: 1, arbitrary: inside(EXPERIMENTAL.slice(0, 1), parameter(COUNTS)) },
          { weight: 1, arbitrary: inside(EXPERIMENTAL.slice(1), parameter(RATIOS)) },
        ]
      : []),
  );
}
