// Expressions read by both parsers: the same tree, or the same refusal at the same place.
import fc from 'fast-check';
import { QueryError } from '../../../src/model/query-engine.ts';
import { parseExpression } from '../../../src/promql/syntax/parse.ts';
import { AUTHORED } from './expressions/authored.ts';
import { mutated, respelled } from './expressions/mutate.ts';
import { randomExpressions } from './expressions/random.ts';
import type { Oracle, Parsed } from './oracle.ts';
import { treeDifference, treeOf } from './tree.ts';

export interface ParsedDifference {
  readonly expr: string;
  readonly experimental: boolean;
  /** What Prometheus says. */
  readonly parsed: Parsed;
  readonly text: string;
}

/** Undefined where nothing differs. */
export function parsedDifference({ expr, experimental, parsed }: Omit<ParsedDifference, 'text'>): string | undefined {
  const { tree, error } = parsed;
  try {
    const ours = parseExpression(expr, { experimentalFunctions: experimental });
    if (tree === undefined) return `read, not refused with ${error?.text}`;
    return treeDifference(treeOf(ours, expr), tree);
  } catch (thrown) {
    if (!(thrown instanceof QueryError)) return `thrown: ${thrown}`;
    if (isLeftOut(thrown)) return undefined;
    if (error === undefined) return `refused with ${thrown.message}, not read`;
    return thrown.message.includes(error.text) ? undefined : `refused with ${thrown.message}, not with ${error.text}`;
  }
}

/** What Prometheus reads for native histograms only, and what its own check of a flag lets through, is refused by name. */
function isLeftOut({ failure, message }: QueryError): boolean {
  return failure === 'unsupported' && /native histograms|--enable-feature=promql-duration-expr/.test(message);
}

/** Each as often as it counts; authored ones come first, with and without experimental functions. */
export function expressionsToParse({ seed, count }: { readonly seed: number; readonly count: number }): readonly string[] {
  const valid = fc.oneof(...[2, 3, 4].map((depth) => randomExpressions({ experimental: true, depth })));
  const authored = fc.constantFrom(...AUTHORED);
  const random = fc.oneof(
    { weight: 1, arbitrary: valid },
    { weight: 1, arbitrary: respelled(valid) },
    { weight: 2, arbitrary: mutated(fc.oneof({ maxDepth: 2 }, randomExpressions({ experimental: true, depth: 2 }), valid)) },
    { weight: 2, arbitrary: mutated(authored) },
    { weight: 1, arbitrary: respelled(authored) },
  );
  return [...AUTHORED, ...fc.sample(random, { seed, numRuns: Math.max(0, count - AUTHORED.length) })];
}

/** Every expression twice where Prometheus's flag changes what it says. */
export async function* parseDifferences(oracle: Oracle, expressions: readonly string[]): AsyncGenerator<ParsedDifference> {
  for (const expr of expressions) {
    for (const experimental of [false, true]) {
      const parsed = await oracle.parse(expr, { experimental });
      const text = parsedDifference({ expr, experimental, parsed });
      if (text !== undefined) yield { expr, experimental, parsed, text };
      if (text !== undefined || parsed.error?.text.includes('is experimental') !== true) break;
    }
  }
}
