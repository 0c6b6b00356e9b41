// Damage to what servers say costs what is damaged, and turns no other number into a wrong one.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Inspection, inspectBytes } from '../../../src/cli/inspect/inspection.ts';
import { ROOT } from '../../arch/source-files.ts';

const FOLDERS = ['fixtures/dcgm', 'fixtures/kubelet', 'fixtures/triton', '../shared/captures/dcgm', '../shared/captures/triton'];
const files = FOLDERS.map((folder) => join(ROOT, folder))
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
  .filter((file) => file.endsWith('.txt') && !file.includes('json'));

type Readings = ReadonlyMap<string, number>;

function readingsOf({ readings }: Inspection): Readings {
  return new Map(readings.map(({ name, labels, value }) => [JSON.stringify([name, Object.entries(labels).sort()]), value]));
}

function inspectText(text: string): Inspection {
  return inspectBytes(Buffer.from(text, 'latin1'));
}

interface Text {
  readonly file: string;
  readonly text: string;
  readonly lines: readonly string[];
  readonly intact: Readings;
}

const texts: readonly Text[] = files.map((file) => {
  const raw = readFileSync(file, 'latin1');
  const text = raw.endsWith('\n') ? raw : `${raw}\n`;
  return { file: file.replace(/.*\//, ''), text, lines: text.split('\n').slice(0, -1), intact: readingsOf(inspectText(text)) };
});

/** What differs from the intact readings, the series of Triton's models aside when lines are missing: those are sums over lines. */
function wrong({ intact }: Text, damaged: Readings, isSum: (name: string) => boolean): string[] {
  return [...damaged].filter(([key, value]) => intact.has(key) && !isSum(key) && !Object.is(intact.get(key), value)).map(([key]) => key);
}

const SUMMED = (key: string): boolean => key.startsWith('["triton_');
const NOTHING = (): boolean => false;
const which = fc.constantFrom(...texts);
const RUNS = { numRuns: 200 };
/** Bytes. */
const SMALL = 1200;

describe('a text that is cut', () => {
  it('anywhere: every reading is the intact one, or of an unfinished line, which is said', () => {
    fc.assert(
      fc.property(which, fc.double({ min: 0, max: 1, noNaN: true }), (one, share) => {
        const cut = one.text.slice(0, Math.floor(one.text.length * share));
        const inspection = inspectText(cut);
        const whole = readingsOf(inspectText(cut.slice(0, cut.lastIndexOf('\n') + 1)));
        expect(wrong(one, whole, SUMMED)).toEqual([]);
        if (cut.endsWith('\n') || inspection.document.samples.length === 0) return;
        expect(inspection.warnings.map(({ code }) => code)).toContain('unfinished-line');
      }),
      RUNS,
    );
  });

  // Between two newlines nothing but the unfinished line changes.
  it.each(texts.filter(({ text }) => text.length < SMALL))('$file at every byte', (one) => {
    for (let end = 0; end < one.text.length; end += 1) {
      const cut = one.text.slice(0, end);
      expect(wrong(one, readingsOf(inspectText(cut.slice(0, cut.lastIndexOf('\n') + 1))), SUMMED)).toEqual([]);
      inspectText(cut);
    }
  });
});

it('other bytes cost the lines that have them', () => {
  const damage = fc.array(fc.record({ at: fc.double({ min: 0, max: 0.999, noNaN: true }), byte: fc.integer({ min: 0, max: 255 }) }), {
    minLength: 1,
    maxLength: 4,
  });
  fc.assert(
    fc.property(which, damage, (one, bytes) => {
      const damaged = Buffer.from(one.text, 'latin1');
      for (const { at, byte } of bytes) damaged[Math.floor(damaged.length * at)] = byte;
      const text = damaged.toString('latin1');
      const kept = new Set(one.lines);
      const strange = text
        .split('\n')
        .filter((line) => !kept.has(line))
        .join('\n');
      const touched = readingsOf(inspectText(`${strange}\n`));
      const found = wrong(one, readingsOf(inspectText(text)), SUMMED).filter((key) => !touched.has(key));
      expect(found.filter((key) => !sayUnits(strange) || key.includes('_total'))).toEqual([]);
    }),
    RUNS,
  );
});

/** A share that became another number may be the one that shows its family's unit. */
function sayUnits(lines: string): boolean {
  return /UTIL/i.test(lines);
}

it('another order of lines is the same', () => {
  fc.assert(
    fc.property(which, fc.infiniteStream(fc.nat()), (one, random) => {
      const samples = [...one.lines].filter((line) => !line.startsWith('#'));
      const shuffled = samples
        .map((line) => ({ line, key: Number(random.next().value) }))
        .sort((a, b) => a.key - b.key)
        .map(({ line }) => line);
      const readings = readingsOf(inspectText(`${shuffled.join('\n')}\n`));
      expect([...readings.keys()].sort()).toEqual([...one.intact.keys()].sort());
      expect(wrong(one, readings, SUMMED)).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

it.each(texts)('$file said twice is the same', (one) => {
  expect(wrong(one, readingsOf(inspectText(one.text + one.text)), NOTHING)).toEqual([]);
});

it('labels in another order are the same, and a line without one of them is no other GPU’s', () => {
  const LABEL = /[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\]|\\.)*"/g;
  const isDcgm = texts.filter(({ intact }) => [...intact.keys()].some((key) => key.includes('"dcgm"')));
  fc.assert(
    fc.property(fc.constantFrom(...isDcgm), fc.nat(), fc.nat(), fc.boolean(), (one, at, which, isMissing) => {
      const position = at % one.lines.length;
      const line = one.lines[position] ?? '';
      if (line.startsWith('#')) return;
      const labels = line.match(LABEL) ?? [];
      const kept = isMissing ? labels.filter((_label, index) => index !== which % labels.length) : labels.toReversed();
      const changed = line.replace(/\{.*\}/, `{${kept.join(',')}}`);
      const text = one.lines.with(position, changed).join('\n');
      expect(wrong(one, readingsOf(inspectText(`${text}\n`)), NOTHING)).toEqual([]);
    }),
    RUNS,
  );
});
