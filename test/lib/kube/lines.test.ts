import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Lines, LongLine } from '../../../src/lib/kube/lines.ts';

it('gives the same lines however the bytes are cut', () => {
  const line = fc.string({ unit: 'binary', maxLength: 20 }).map((text) => text.replaceAll(/[\n\uFEFF]/g, ' '));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), fc.string({ unit: 'binary' }), fc.array(fc.nat(30)), (lines, rest, cuts) => {
      const bytes = Buffer.from(lines.map((text) => `${text}\n`).join('') + rest.replaceAll('\n', ' '));
      const reader = new Lines(1_000);
      const read: string[] = [];
      let from = 0;
      for (const cut of [...cuts, bytes.length]) {
        read.push(...reader.add(bytes.subarray(from, from + cut)));
        from += cut;
      }
      expect(read).toEqual(lines);
    }),
  );
});

it('refuses a line as soon as it is too long, and not before', () => {
  const lines = new Lines(10);
  expect([...lines.add(Buffer.from('0123456789\n01234'))]).toEqual(['0123456789']);
  expect([...lines.add(Buffer.from('56789'))]).toEqual([]);
  expect(() => [...lines.add(Buffer.from('x'))]).toThrow(LongLine);
  expect(() => [...new Lines(10).add(Buffer.from('0123456789x\n'))]).toThrow(LongLine);
});
