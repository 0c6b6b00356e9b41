// What Plimsoll reads in every capture and fixture of its sources, kept under fixtures/golden: `npx vitest run test/cli/inspect/golden.test.ts --update`.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectBytes } from '../../../src/cli/inspect/inspection.ts';
import { ROOT } from '../../arch/source-files.ts';

const CAPTURES = join(ROOT, '../shared/captures');
const GOLDEN = join(ROOT, 'fixtures/golden');
const KINDS = ['triton', 'dcgm', 'kubelet', 'llm', 'tegrastats'];
const present = existsSync(CAPTURES);

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.txt')) : [];
}

function goldenOf(file: string): string {
  const { source, document, readings } = inspectBytes(readFileSync(file));
  const lines = readings.map(({ name, labels, value, unit }) => {
    const inner = Object.entries(labels)
      .sort()
      .map(([label, text]) => `${label}=${JSON.stringify(text)}`);
    return `${name}{${inner.join(',')}} ${value} ${unit}\n`;
  });
  return `# ${source}, ${document.samples.length} samples, ${document.malformed} malformed lines\n${lines.sort().join('')}`;
}

function inputs(root: string): { readonly kind: string; readonly name: string }[] {
  return KINDS.flatMap((kind) => namesIn(join(root, kind)).map((name) => ({ kind, name })));
}

describe('fixtures', () => {
  it.each(inputs(join(ROOT, 'fixtures')))('$kind/$name', async ({ kind, name }) => {
    await expect(goldenOf(join(ROOT, 'fixtures', kind, name))).toMatchFileSnapshot(join(GOLDEN, kind, name));
  });
});

describe.skipIf(!present)(`${present ? '' : 'skipped: ../shared/captures is not there: '}captures`, () => {
  it.each(inputs(CAPTURES))('$kind/$name', async ({ kind, name }) => {
    await expect(goldenOf(join(CAPTURES, kind, name))).toMatchFileSnapshot(join(GOLDEN, 'captures', kind, name));
  });
});
