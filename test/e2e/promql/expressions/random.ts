// Random expressions that Prometheus's checker accepts: every function, operator and aggregation.
import fc from 'fast-check';
import type { ValueType } from '../../../../src/promql/syntax/ast.ts';
import { SIGNATURES, type Signature } from '../../../../src/promql/syntax/signatures.ts';
import { aggregation } from './aggregations.ts';
import { ARGUMENTS, TRANSCENDENTAL } from './arguments.ts';
import { vectorOperation } from './operations.ts';
import { duration, numberText, rangeSelector, selector } from './selectors.ts';

type Texts = fc.Arbitrary<string>;
export interface Kinds {
  readonly scalar: Texts;
  readonly vector: Texts;
  readonly range: Texts;
  readonly string: Texts;
}

const SCALAR_OPERATORS = ['+', '-', '*', '/', '%', '== bool', '!= bool', '> bool', '< bool', '>= bool', '<= bool'];
/** A difference in the last digit would be magnified by what stands around these: they come last only. */
const plain = [...SIGNATURES].filter(([name]) => !TRANSCENDENTAL.has(name));

/** With `experimental` what stands behind Prometheus's flag too. */
export function randomExpressions({ experimental, depth }: { readonly experimental: boolean; readonly depth: number }): Texts {
  const kinds = kindsOf({ experimental, depth });
  const last = fc
    .tuple(fc.constantFrom(...TRANSCENDENTAL), kinds.vector)
    .map(([name, vector]) => (name === '^' ? `(${vector}) ^ 0.5` : name === 'atan2' ? `(${vector}) atan2 2` : `${name}(${vector})`));
  return fc.oneof({ weight: 14, arbitrary: kinds.vector }, { weight: 2, arbitrary: kinds.scalar }, { weight: 1, arbitrary: last });
}

/** Expressions of each type, no deeper than so many levels. */
export function kindsOf({ experimental, depth }: { readonly experimental: boolean; readonly depth: number }): Kinds {
  const functions = plain.filter(([, { isExperimental }]) => experimental || !isExperimental);
  const string = fc.constantFrom('"job"', '"instance"', '"new"', '"$1"', "''");
  let kinds: Kinds = { scalar: numberText, vector: selector, range: rangeSelector, string };
  for (let level = 1; level < depth; level += 1) kinds = deeper(kinds, { functions, experimental });
  return kinds;
}

interface Language {
  readonly functions: readonly (readonly [string, Signature])[];
  readonly experimental: boolean;
}

function deeper(inner: Kinds, { functions, experimental }: Language): Kinds {
  const returning = (type: ValueType): Texts => {
    const fitting = functions.filter(([, { returns }]) => returns === type);
    return fc.oneof(...fitting.map(([name, signature]) => ({ weight: weightOf(name), arbitrary: call(name, { signature, inner }) })));
  };
  return {
    string: inner.string,
    scalar: fc.oneof(
      inner.scalar,
      returning('scalar'),
      fc.tuple(inner.scalar, fc.constantFrom(...SCALAR_OPERATORS), inner.scalar).map(([left, sign, right]) => `(${left} ${sign} ${right})`),
      inner.scalar.map((text) => `-(${text})`),
    ),
    vector: fc.oneof(
      { weight: 2, arbitrary: inner.vector },
      { weight: 8, arbitrary: returning('vector') },
      { weight: 4, arbitrary: aggregation(inner, { experimental }) },
      { weight: 4, arbitrary: vectorOperation(inner) },
      { weight: 1, arbitrary: inner.vector.map((text) => `-(${text})`) },
    ),
    range: fc.oneof({ weight: 3, arbitrary: rangeSelector }, { weight: 1, arbitrary: subquery(inner.vector) }),
  };
}

/** Of floats those for native histograms make nothing; rates and quantiles are what people ask for. */
function weightOf(name: string): number {
  if (/^histogram_(?:avg|count|sum|stddev|stdvar)$/.test(name)) return 1;
  return /^(?:rate|increase|histogram_quantile|label_replace)$/.test(name) ? 10 : 4;
}

function subquery(vector: Texts): Texts {
  const step = fc.constantFrom('', '', '15s', '20s', '1m', '7s');
  const moved = fc.oneof({ weight: 4, arbitrary: fc.constant('') }, { weight: 1, arbitrary: duration.map((text) => ` offset ${text}`) });
  return fc
    .tuple(vector, fc.constantFrom('30s', '1m', '100s', '3m', '5m'), step, moved)
    .map(([text, range, every, offset]) => `(${text})[${range}:${every}]${offset}`);
}

/** Optional arguments are left out half of the time; functions of strings and quantiles get what means something to them. */
function call(name: string, { signature, inner }: { readonly signature: Signature; readonly inner: Kinds }): Texts {
  const own = ARGUMENTS[name]?.(inner);
  if (own !== undefined) return own.map((text) => `${name}(${text})`);
  const { args, optional, more } = signature;
  const said = args.length - optional;
  return fc.integer({ min: said, max: args.length + Math.min(more, 2) }).chain((count) => {
    const types = Array.from({ length: count }, (_, at) => args[at] ?? args.at(-1) ?? 'vector');
    return fc.tuple(...types.map((type) => inner[type])).map((texts) => `${name}(${texts.join(', ')})`);
  });
}
