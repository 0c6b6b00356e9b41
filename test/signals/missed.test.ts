// What gaps do to rates, measured with the embedded engine over a real store; and that nothing is served that is off by more than may be.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unknownsOf } from '../../src/signals/missed.ts';
import { type Look, looksAt, type Outcome, RATE, type Scraped } from './steady-server.ts';

const SHIPPED = { everyMs: 5000, windowMs: 60_000 };

function isUnknown({ atMs, times }: Look, windowMs: number): boolean {
  return unknownsOf(times, windowMs).some(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
}

/** How much too low a rate is, as a share. */
function lack({ rate = 0 }: Look): number {
  return 1 - rate / RATE;
}

/** A window of good scrapes, some that are missed, and good ones until all is forgotten. */
function afterLosing(lost: number, { everyMs, windowMs }: Omit<Scraped, 'outcomes'>): Outcome[] {
  const inWindow = windowMs / everyMs;
  return [...reads(2 * inWindow), ...Array.from({ length: lost }, (): Outcome => 'missed'), ...reads(2 * inWindow)];
}

function reads(count: number): Outcome[] {
  return Array.from({ length: count }, () => 'read');
}

describe('PromQL’s rate of a steady counter after a gap', () => {
  it.each([
    { ...SHIPPED, lost: 1, worst: 0.125 },
    { ...SHIPPED, lost: 2, worst: 0.208 },
    { ...SHIPPED, lost: 3, worst: 0.292 },
    { ...SHIPPED, lost: 7, worst: 0.625 },
    { ...SHIPPED, lost: 12, worst: 1 },
    { everyMs: 15_000, windowMs: 60_000, lost: 1, worst: 0.375 },
    { everyMs: 15_000, windowMs: 60_000, lost: 2, worst: 0.625 },
    { everyMs: 15_000, windowMs: 60_000, lost: 3, worst: 1 },
  ])('is too low by $worst at first, of $lost scrapes every $everyMs ms lost', async ({ lost, worst, ...scraped }) => {
    const looks = await looksAt({ ...scraped, outcomes: afterLosing(lost, scraped) });
    expect(Math.max(...looks.map(lack))).toBeCloseTo(worst, 3);
  });

  it.each([1, 2, 5, 7, 11, 12, 20])('is right before its window begins in the gap, and once that is over: %d lost', async (lost) => {
    const looks = await looksAt({ ...SHIPPED, outcomes: afterLosing(lost, SHIPPED) });
    const gap = looks.at(-1)?.times.gaps.at(-1) ?? { fromMs: Number.NaN, toMs: Number.NaN };
    const { windowMs, everyMs } = SHIPPED;
    for (const look of looks) {
      const startMs = look.atMs - windowMs;
      const isInGap = startMs >= gap.fromMs && gap.toMs - startMs >= 1.1 * everyMs;
      expect(lack(look) > 1e-9, `at ${look.atMs}`).toBe(isInGap);
    }
  });
});

describe('what is served after a gap', () => {
  it.each([
    // One lost scrape is let pass, with 12.5 %.
    { lost: 1, absentSeconds: 0, worst: 0.125 },
    // Each further one is as long again, and half an interval and a twentieth of the window at its end are let pass.
    { lost: 2, absentSeconds: 9.5, worst: 0.05 },
    { lost: 7, absentSeconds: 34.5, worst: 0.05 },
    { lost: 11, absentSeconds: 54.5, worst: 0.05 },
    // Never longer than the window: until then the target itself is down.
    { lost: 12, absentSeconds: 54.5, worst: 0.05 },
    { lost: 30, absentSeconds: 54.5, worst: 0.05 },
  ])('of $lost scrapes', async ({ lost, absentSeconds, worst }) => {
    const { everyMs, windowMs } = SHIPPED;
    const looks = await looksAt({ ...SHIPPED, outcomes: afterLosing(lost, SHIPPED) });
    const absent = looks.filter((look) => isUnknown(look, windowMs));
    expect((absent.length * everyMs) / 1000 / 10).toBeCloseTo(absentSeconds, 6);
    expect(Math.max(...looks.filter((look) => !absent.includes(look)).map(lack))).toBeCloseTo(worst, 6);
  });
});

const SCRAPED = fc.constantFrom(
  SHIPPED,
  { everyMs: 1000, windowMs: 10_000 },
  { everyMs: 10_000, windowMs: 60_000 },
  { everyMs: 15_000, windowMs: 60_000 },
  { everyMs: 2000, windowMs: 60_000 },
);
/** Runs of attempts that end alike. */
function runsOf(...outcomes: readonly Outcome[]): fc.Arbitrary<Outcome[]> {
  const run = fc.tuple(fc.constantFrom('read' as const, ...outcomes), fc.integer({ min: 1, max: 9 }));
  return fc
    .array(run, { minLength: 5, maxLength: 25 })
    .map((runs) => ['read', ...runs.flatMap(([one, times]) => Array.from({ length: times }, () => one))]);
}

/** Of a server that is down for a time, or several. */
const GAP = fc
  .array(fc.tuple(fc.constantFrom<Outcome>('missed', 'refused'), fc.integer({ min: 1, max: 9 })), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.flatMap(([one, times]) => Array.from({ length: times }, () => one)));

describe('whatever scrapes are missed', () => {
  it('no rate of a steady counter is served that is more than 15 % too low, or 5 % after a gap that is not short', async () => {
    const property = fc.asyncProperty(SCRAPED, runsOf('missed'), async ({ everyMs, windowMs }, outcomes) => {
      for (const look of await looksAt({ everyMs, windowMs, outcomes })) {
        if (isUnknown(look, windowMs)) continue;
        const startMs = look.atMs - windowMs;
        const gap = look.times.gaps.find(({ fromMs, toMs }) => fromMs <= startMs && startMs < toMs);
        const isShort = gap !== undefined && gap.toMs - gap.fromMs - everyMs / 2 <= 0.15 * windowMs;
        expect(lack(look)).toBeGreaterThan(-1e-9);
        expect(lack(look), JSON.stringify({ everyMs, windowMs, outcomes, atMs: look.atMs })).toBeLessThanOrEqual(
          (isShort ? 0.15 : 0.05) + 1e-9,
        );
      }
    });
    await fc.assert(property, { numRuns: 60 });
  });

  it('a server that was down in a gap is told within that and an interval of what it counted, which every restart may cost', async () => {
    const property = fc.asyncProperty(SCRAPED, GAP, async ({ everyMs, windowMs }, gap) => {
      const inWindow = windowMs / everyMs;
      const outcomes = [...reads(2 * inWindow), ...gap, ...reads(2 * inWindow)];
      for (const look of await looksAt({ everyMs, windowMs, outcomes })) {
        if (isUnknown(look, windowMs) || look.rate === undefined) continue;
        const off = Math.abs(look.rate - look.truth) / RATE;
        expect(off, JSON.stringify({ everyMs, windowMs, gap, atMs: look.atMs })).toBeLessThanOrEqual(0.15 + everyMs / windowMs);
      }
    });
    await fc.assert(property, { numRuns: 100 });
  });

  it('and its rates are there at once when it refused connections all the time', async () => {
    const property = fc.asyncProperty(SCRAPED, fc.integer({ min: 1, max: 40 }), async (scraped, refused) => {
      const inWindow = scraped.windowMs / scraped.everyMs;
      const down = Array.from({ length: refused }, (): Outcome => 'refused');
      const looks = await looksAt({ ...scraped, outcomes: [...reads(2 * inWindow), ...down, ...reads(2 * inWindow)] });
      expect(looks.filter((look) => isUnknown(look, scraped.windowMs))).toEqual([]);
    });
    await fc.assert(property, { numRuns: 40 });
  });
});
