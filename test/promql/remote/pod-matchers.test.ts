import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namespaceMatchers, podPieces, type WrittenMatcher } from '../../../src/promql/remote/pod-matchers.ts';
import { compileMatcher } from '../../../src/promql/syntax/matcher.ts';

const pod = (namespace: string, name: string) => ({ namespace, name });

function holdsFor(
  matchers: readonly WrittenMatcher[],
  { namespace, name }: { readonly namespace: string; readonly name: string },
): boolean {
  return matchers.every((matcher) => compileMatcher(matcher).matches(matcher.name === 'pod' ? name : namespace));
}

describe('a pod set', () => {
  it.each([
    { name: 'of one', pods: [pod('demo', 'a')], pieces: [['namespace=demo', 'pod=a']] },
    { name: 'of several', pods: [pod('demo', 'a'), pod('demo', 'b')], pieces: [['namespace=demo', 'pod=~a|b']] },
    {
      name: 'with names that mean something to expressions',
      pods: [pod('d', 'a.b'), pod('d', 'c+')],
      pieces: [['namespace=d', 'pod=~a\\.b|c\\+']],
    },
    {
      name: 'of two namespaces, each together',
      pods: [pod('x', 'a'), pod('y', 'b'), pod('x', 'c')],
      pieces: [
        ['namespace=x', 'pod=~a|c'],
        ['namespace=y', 'pod=b'],
      ],
    },
    { name: 'of none', pods: [], pieces: [['namespace=-', 'pod=-']] },
  ])('$name', ({ pods, pieces }) => {
    const written = podPieces(pods, 2).map((matchers) => matchers.map(({ name, operator, value }) => `${name}${operator}${value}`));
    expect(written).toEqual(pieces);
  });

  it('is in pieces of so many pods, each of which is selected by one at least, whatever it is called', () => {
    const name = fc.string({ minLength: 1, maxLength: 8 });
    const pods = fc.uniqueArray(fc.record({ namespace: fc.constantFrom('a', 'b', 'c.d'), name }), {
      maxLength: 30,
      selector: (one) => JSON.stringify(one),
    });
    fc.assert(
      fc.property(pods, fc.integer({ min: 1, max: 10 }), (all, most) => {
        const pieces = podPieces(all, most);
        expect(pieces).toHaveLength(Math.max(1, Math.ceil(all.length / most)));
        for (const one of all) expect(pieces.some((piece) => holdsFor(piece, one))).toBe(true);
        for (const piece of pieces) expect(holdsFor(piece, { namespace: 'z', name: 'other-name' })).toBe(false);
      }),
    );
  });
});

it.each([
  { namespaces: ['a', 'b'], holds: true },
  { namespaces: ['b'], holds: false },
  { namespaces: undefined, holds: true },
])('every pod of $namespaces', ({ namespaces, holds }) => {
  expect(holdsFor(namespaceMatchers(namespaces), { namespace: 'a', name: 'any' })).toBe(holds);
  expect(holdsFor(namespaceMatchers(namespaces), { namespace: 'a', name: '' })).toBe(false);
});
