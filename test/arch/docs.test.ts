// The generated documents are what the code says: `npm run docs` writes them anew.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../src/signals/catalogue.ts';
import { configurationDocument, settings } from './docs/configuration.ts';
import { metricsDocument } from './docs/metrics.ts';
import { migrationDocument } from './docs/migration.ts';
import { signalsDocument } from './docs/signals.ts';
import { sourcesDocument } from './docs/sources.ts';
import { ROOT } from './source-files.ts';

it.each([
  ['configuration.md', configurationDocument],
  ['metrics.md', metricsDocument],
  ['migrating-from-prometheus-adapter.md', migrationDocument],
  ['signals.md', signalsDocument],
  ['sources.md', sourcesDocument],
])('docs/%s is up to date', async (name, write) => {
  await expect(await write()).toMatchFileSnapshot(join(ROOT, 'docs', name));
});

describe('configuration', () => {
  it('finds lists, maps and what is in them', () => {
    const paths = settings().map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['retention', 'scrape_configs[].job_name', 'models.<name>.kind']));
    expect(paths).toContain('scrape_configs[].metric_relabel_configs[].source_labels');
  });

  it('tells the meaning of every setting in a sentence', () => {
    const mute = settings().filter(({ meaning }) => !/^[A-Za-z`].*[.]$/.test(meaning));
    expect(mute.map(({ path }) => path)).toEqual([]);
  });
});

it('names every signal in the README, and no other', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const section = /^## Signals\n\n(?<list>[\s\S]*?)\n\n/m.exec(readme)?.groups?.['list'] ?? '';
  const named = [...section.matchAll(/`(?<name>[a-z0-9_]+)`/g)].map((match) => match.groups?.['name']);
  expect(named.toSorted()).toEqual(CATALOGUE.map(({ name }) => name).toSorted());
});

it('links only to documents that exist', () => {
  const documents = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)];
  const broken = documents.flatMap((document) => {
    const links = [...readFileSync(join(ROOT, document), 'utf8').matchAll(/\]\((?!https?:|#)(?<path>[^)#\s]+)/g)];
    const folder = join(ROOT, document, '..');
    return links.map((match) => match.groups?.['path'] ?? '').filter((path) => !existsSync(join(folder, path)));
  });
  expect(broken).toEqual([]);
});
