import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LineRing } from '../../src/lib/line-ring.ts';

it('keeps the last lines, as many as there is room for', () => {
  const ring = new LineRing(5);
  expect(ring.lines()).toEqual([]);
  for (const line of ['aa', 'bb', 'c', 'dd']) ring.add(line);
  expect(ring.lines()).toEqual(['bb', 'c', 'dd']);
  ring.add('longer than all');
  expect(ring.lines()).toEqual(['longe']);
});

it('never holds more, and always the end of what was said', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 8 })), fc.integer({ min: 8, max: 30 }), (lines, most) => {
      const ring = new LineRing(most);
      for (const line of lines) ring.add(line);
      const kept = ring.lines();
      expect(kept.join('').length).toBeLessThanOrEqual(most);
      expect(kept).toEqual(lines.slice(lines.length - kept.length));
    }),
  );
});
