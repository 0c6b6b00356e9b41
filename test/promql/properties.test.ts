// What holds for every expression and every table.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { QueryError } from '../../src/model/query-engine.ts';
import { parseExpression } from '../../src/promql/syntax/parse.ts';
import { printExpression } from '../../src/promql/syntax/print.ts';
import { ask, engineOver } from './support/ask.ts';
import { load } from './support/load.ts';

const LABELS = fc.subarray(['a', 'b', 'c.d'], { minLength: 0 });
const quoted = (text: string): string => JSON.stringify(text);
const list = (labels: readonly string[]): string => `(${labels.map(quoted).join(', ')})`;

/** Expressions of type instant vector, as text with needless parentheses. */
const { vector } = fc.letrec<{ vector: string; scalar: string }>((tie) => ({
  scalar: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(
      fc.double({ noNaN: true, min: 0 }).map((value) => String(value).replace('Infinity', 'Inf')),
      fc.constantFrom('NaN', '1m30s', 'time()'),
    ),
    fc
      .tuple(tie('scalar'), fc.constantFrom('+', '-', '*', '/', '%', '^', '> bool'), tie('scalar'))
      .map(([a, op, b]) => `(${a}) ${op} (${b})`),
    tie('vector').map((inner) => `scalar(${inner})`),
    tie('scalar').map((inner) => `-(${inner})`),
  ),
  vector: fc.oneof(
    { maxDepth: 4 },
    fc
      .tuple(fc.constantFrom('foo', 'bar:baz'), fc.constantFrom('=', '!=', '=~', '!~'), fc.constantFrom('x', 'é"\\\n', ''))
      .map(([name, op, value]) => `${name}{a${op}${quoted(value)}}`),
    fc
      .tuple(fc.constantFrom('rate', 'last_over_time'), fc.integer({ min: 1, max: 1e8 }), fc.integer({ min: -1e8, max: 1e8 }))
      .map(([name, range, offset]) => `${name}(foo[${range}ms] offset ${offset}ms)`),
    fc
      .tuple(fc.constantFrom('sum', 'avg', 'count'), fc.constantFrom('by', 'without'), LABELS, tie('vector'))
      .map(([name, kind, labels, inner]) => `${name} ${kind} ${list(labels)} (${inner})`),
    fc
      .tuple(
        tie('vector'),
        fc.constantFrom('+', '^', '==', '>= bool', 'and', 'or', 'unless'),
        fc.constantFrom('', 'on', 'ignoring'),
        LABELS,
        tie('vector'),
      )
      .map(([a, op, kind, labels, b]) => `(${a}) ${op} ${kind === '' ? '' : kind + list(labels)} (${b})`),
    fc.tuple(tie('vector'), fc.constantFrom('*', '<'), tie('scalar')).map(([a, op, b]) => `(${a}) ${op} (${b})`),
    fc.tuple(tie('scalar'), fc.constantFrom('-', '!='), tie('vector')).map(([a, op, b]) => `(${a}) ${op} (${b})`),
  ),
}));

describe('reading', () => {
  it('gives the same tree for what it printed', () => {
    fc.assert(
      fc.property(vector, (text) => {
        const printed = printExpression(parseExpression(text));
        expect(printExpression(parseExpression(printed))).toBe(printed);
      }),
    );
  });

  it('throws nothing but a QueryError', () => {
    const fragment = fc.constantFrom(
      'foo',
      'sum',
      'rate',
      'by',
      'on',
      'offset',
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      ',',
      '=',
      '=~',
      '"a"',
      '5m',
      '1',
      '-',
      '^',
      'and',
      '@',
      '#',
      '\n',
      ':',
      "'",
      '`',
      '\\',
    );
    const text = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.array(fragment, { maxLength: 25 }).map((parts) => parts.join(' ')),
    );
    fc.assert(
      fc.property(text, (input) => {
        try {
          parseExpression(input);
        } catch (error) {
          expect(error).toBeInstanceOf(QueryError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('evaluating', () => {
  const engine = engineOver(
    load(10_000, 'foo{a="x", b="1"} 0+1x6\nfoo{a="y", b="1"} 5 4 _ NaN 2 stale 1\nfoo{b="2"} Inf 1\nbar:baz{a="x"} 1 2'),
  );

  it('throws nothing but a QueryError, and says the same twice', async () => {
    const outcome = (expr: string): Promise<unknown> => ask(engine, { expr, timeMs: 60_000 }).catch((error: unknown) => error);
    await fc.assert(
      fc.asyncProperty(vector, async (expr) => {
        const first = await outcome(expr);
        if (!Array.isArray(first))
          expect(first).toMatchObject({ name: 'QueryError', failure: 'execution', message: expect.not.stringContaining('BUG') });
        expect(await outcome(expr)).toEqual(first);
      }),
    );
  });

  it('keeps sums: of groups, of parts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.constantFrom('x', 'y', 'z'), fc.integer()), { minLength: 1, maxLength: 20 }), async (rows) => {
        const table = rows.map(([a, value], index) => `m{a="${a}", i="${index}"} ${value}`).join('\n');
        const total = rows.map(([, value]) => value).reduce((sum, value) => sum + value, 0);
        const over = engineOver(load(10_000, table));
        for (const expr of ['sum(m)', 'sum(sum by (a) (m))', 'sum(sum without (i) (m))', 'sum(m >= 0) + sum(m) - sum(m >= 0) or sum(m)']) {
          expect(await ask(over, { expr, timeMs: 0 })).toEqual([`{} ${total}`]);
        }
      }),
      { numRuns: 40 },
    );
  });
});
