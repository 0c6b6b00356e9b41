// The scanner against a plain model of itself, and against itself with other memories.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MalformedReason, parseLine } from '../../src/exposition/line.ts';
import { createScanPlan, forget } from '../../src/exposition/plan.ts';
import { labelsKey, METRIC_NAME } from '../../src/model/labels.ts';
import { bytesOf, LIMITS, type Scanned, scanned } from './scanned.ts';
import { exposition, scrapes } from './texts.ts';

/** Line by line, in full, with nothing remembered. */
function modelled(text: string): Pick<Scanned, 'samples' | 'byReason' | 'malformedCount'> {
  const samples: Scanned['samples'][number][] = [];
  const reasons: MalformedReason[] = [];
  const seen = new Set<string>();
  for (const line of text.split('\n')) {
    if (/^[ \t]*(?:#.*|\r?)$/s.test(line)) continue;
    const sample = parseLine(bytesOf(line.replace(/\r$/, '')), LIMITS);
    if (typeof sample === 'string') {
      reasons.push(sample);
      continue;
    }
    const key = labelsKey(new Map([...sample.labels].filter(([, value]) => value !== '')));
    if (seen.has(key)) reasons.push('duplicate');
    else
      samples.push({ name: sample.labels.get(METRIC_NAME) ?? '', key, value: sample.value, timestampMs: sample.timestampMs ?? Number.NaN });
    seen.add(key);
  }
  const byReason: Record<string, number> = {};
  for (const reason of reasons.sort()) byReason[reason] = (byReason[reason] ?? 0) + 1;
  return { samples, byReason, malformedCount: reasons.length };
}

it('agrees with the model', () => {
  fc.assert(
    fc.property(exposition, (text) => {
      expect(scanned(text)).toMatchObject(modelled(text));
    }),
    { numRuns: 500 },
  );
});

it('does not take a text whose last comment came before for the whole', () => {
  const plan = createScanPlan();
  scanned('a 0\n# HELP x y\n', { plan });
  scanned('# HELP x y\na 0\n# HELP x y\n', { plan });
  scanned('# HELP x y\n', { plan });
  expect(plan.isRepeat).toBe(false);
});

it('calls a text a repeat only when it says the same lines and families as the one before', () => {
  fc.assert(
    fc.property(scrapes, (texts) => {
      const plan = createScanPlan();
      // Before the first text nothing was said.
      let before = '[[],[]]';
      for (const text of texts.flatMap((said) => [said, said])) {
        const { samples, families } = scanned(text, { plan });
        const said = JSON.stringify([samples.map(({ key }) => key), families]);
        if (plan.isRepeat) expect(said).toBe(before);
        before = said;
      }
    }),
    { numRuns: 500 },
  );
});

describe('what a plan has seen before changes nothing', () => {
  it('but which lines are new', () => {
    fc.assert(
      fc.property(scrapes, fc.array(fc.nat(3)), (texts, forgets) => {
        const plan = createScanPlan();
        const known = new Set<string>();
        for (const [index, text] of texts.entries()) {
          const { newLines, ...fresh } = scanned(text);
          const { newLines: reallyNew, ...again } = scanned(text, { plan });
          expect(again).toEqual(fresh);
          if (forgets.length === 0) expect(reallyNew).toEqual(newLines.filter(({ key }) => !known.has(key)));
          for (const { key } of newLines) known.add(key);
          const unseenScans = forgets[index];
          if (unseenScans !== undefined && unseenScans > 0) forget(plan, unseenScans);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('under small limits', () => {
    const small = fc.record({
      lineBytes: fc.integer({ min: 5, max: 30 }),
      labelsPerLine: fc.integer({ min: 0, max: 2 }),
      series: fc.integer({ min: 1, max: 8 }),
    });
    fc.assert(
      fc.property(scrapes, small, (texts, limits) => {
        const plan = createScanPlan();
        for (const text of texts) {
          const { families: _f, newLines: _n, ...fresh } = scanned(text, { limits });
          const { families: _g, newLines: _m, ...again } = scanned(text, { plan, limits });
          expect(again.malformed).toEqual(fresh.malformed);
          expect(again.stoppedBy).toBe(fresh.stoppedBy);
          expect(again.samples.map(({ value }) => value)).toEqual(fresh.samples.map(({ value }) => value));
        }
      }),
      { numRuns: 300 },
    );
  });
});

it('never throws, whatever the bytes', () => {
  const anything = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc
      .array(fc.constantFrom(...bytesOf('a1{}="\\,# \t\r\n.eE+-nNiIfF\xff'), 0xff, 0), { maxLength: 200 })
      .map((bytes) => Uint8Array.from(bytes)),
  );
  fc.assert(
    fc.property(fc.array(anything, { maxLength: 4 }), (texts) => {
      const plan = createScanPlan();
      for (const text of texts) {
        scanned(text, { plan });
        const again = scanned(text, { plan });
        expect(again.newLines).toEqual([]);
        expect(again.samples).toHaveLength(scanned(text).samples.length);
      }
    }),
    { numRuns: 1000 },
  );
});
