// Every captured exposition of real servers, as INDEX.tsv beside them describes it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createScanPlan } from '../../src/exposition/plan.ts';
import { readExposition } from '../../src/exposition/read.ts';
import { type Labels, labelsKey } from '../../src/model/labels.ts';
import { scanned } from './scanned.ts';

const CAPTURES = new URL('../../../shared/captures/', import.meta.url);
const present = existsSync(CAPTURES);
const files = present
  ? ['triton', 'dcgm', 'llm'].flatMap((folder) => readdirSync(new URL(folder, CAPTURES)).map((file) => `${folder}/${file}`))
  : [];

/** Lines that are no exposition. */
const MALFORMED: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  // A JSON body, kept beside the expositions.
  'triton/kura_statistics_endpoint_json.txt': { 'bad-name': 1 },
  // Lines `...` where the publisher left something out.
  'dcgm/nvdocs_k8s_sentinel_memory_temp.txt': { 'bad-name': 1 },
  'llm/vllm_backend_readme.txt': { 'bad-name': 6 },
  // Labels written as `...` after the first two lines.
  'dcgm/viettel_2xl40s_ellipsis.txt': { 'bad-labels': 18 },
};

const read = (file: string): Uint8Array => readFileSync(new URL(file, CAPTURES));

describe.skipIf(!present)(present ? 'captures' : 'skipped: no captures at ../shared/captures', () => {
  it.each(files)('%s', (file) => {
    const bytes = read(file);
    const plan = createScanPlan();
    const first = scanned(bytes, { plan });
    expect(first.byReason).toEqual(MALFORMED[file] ?? {});
    expect(scanned(bytes, { plan })).toEqual({ ...first, newLines: [] });

    const { families } = readExposition(new TextDecoder().decode(bytes));
    const said = families.flatMap(({ samples, type }) => samples.map((sample) => ({ ...sample, type })));
    const withoutEmpty = (labels: Labels): string => labelsKey(new Map([...labels].filter(([, value]) => value !== '')));
    expect(new Map(first.samples.map(({ key, value }) => [key, value]))).toEqual(
      new Map(said.map(({ labels, value }) => [withoutEmpty(labels), value])),
    );
    expect(new Map(first.newLines.map(({ key, type }) => [key, type]))).toEqual(
      new Map(said.map(({ labels, type }) => [withoutEmpty(labels), type])),
    );
    expect(families.map(({ name }) => name).sort()).toEqual(first.families);
  });

  it('survive changed bytes: never an exception, and the plan of the sound text changes nothing', () => {
    const change = fc.record({ file: fc.constantFrom(...files), at: fc.nat(), bytes: fc.uint8Array({ minLength: 1, maxLength: 4 }) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 5 }), (changes) => {
        const plan = createScanPlan();
        for (const { file, at, bytes } of changes) {
          const text = Uint8Array.from(read(file));
          scanned(text, { plan });
          text.set(bytes, at % (text.length - bytes.length));
          const { newLines: _new, ...again } = scanned(text, { plan });
          const { newLines: _all, ...fresh } = scanned(text);
          expect(again).toEqual(fresh);
        }
      }),
      { numRuns: 30 },
    );
  });
});
