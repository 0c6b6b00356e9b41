import fc from 'fast-check';
import { expect, it } from 'vitest';
import { keyOf, partsOf } from '../../src/lib/key.ts';

it('gives the parts of a key back, whatever they are', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), (parts) => {
      expect(partsOf(keyOf(parts))).toEqual(parts);
    }),
  );
});
