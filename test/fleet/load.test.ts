import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { constantLoad, movingLoad } from '../../src/fleet/load.ts';

describe('movingLoad', () => {
  const bursts = { amplitude: 0.5, everySeconds: 60, lastSeconds: 10 };

  it.each([
    { name: 'inside a burst', atSeconds: 5, expected: 15 },
    { name: 'after it', atSeconds: 10, expected: 10 },
    { name: 'inside the next', atSeconds: 69, expected: 15 },
  ])('$name', ({ atSeconds, expected }) => {
    expect(movingLoad({ basePerSecond: 10, waves: [], bursts }).perSecond(atSeconds)).toBe(expected);
  });

  it('follows its waves', () => {
    const load = movingLoad({ basePerSecond: 10, waves: [{ amplitude: 0.2, periodSeconds: 80 }], bursts });
    expect(load.perSecond(20)).toBeCloseTo(12);
    expect(load.perSecond(40)).toBeCloseTo(10);
    expect(load.perSecond(140)).toBeCloseTo(8);
  });

  it('stays between zero and its highest rate', () => {
    const wave = fc.record({ amplitude: fc.double({ min: 0, max: 3, noNaN: true }), periodSeconds: fc.integer({ min: 1, max: 500 }) });
    fc.assert(
      fc.property(fc.array(wave, { maxLength: 3 }), fc.double({ min: 0, max: 1e5, noNaN: true }), (waves, atSeconds) => {
        const load = movingLoad({ basePerSecond: 10, waves, bursts });
        const rate = load.perSecond(atSeconds);
        expect(rate >= 0 && rate <= load.maxPerSecond).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

it('constantLoad stands still', () => {
  expect(constantLoad(3).perSecond(1e6)).toBe(3);
});
