import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PairNumbers } from '../../../../src/promql/eval/labels/pair-numbers.ts';

it('numbers pairs as a map of their texts does, however many there are', () => {
  const part = fc.oneof(fc.integer({ min: -1, max: 40 }), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }));
  fc.assert(
    fc.property(fc.array(fc.tuple(part, part), { maxLength: 500, size: 'max' }), (pairs) => {
      const numbers = new PairNumbers();
      const known = new Map<string, number>();
      for (const [one, other] of pairs) {
        const key = `${one} ${other}`;
        const number = known.get(key) ?? known.size;
        expect(numbers.find(one, other)).toBe(known.get(key) ?? -1);
        known.set(key, number);
        expect(numbers.of(one, other)).toBe(number);
        expect(numbers.find(one, other)).toBe(number);
      }
      expect(numbers.count).toBe(known.size);
    }),
    { numRuns: 50 },
  );
});
