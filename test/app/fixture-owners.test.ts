// Who holds the GPUs of the fixtures of DCGM exporter, each read alone.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../arch/source-files.ts';
import { createFeed, held } from './support/feed.ts';

const FOLDER = join(ROOT, 'fixtures/dcgm');

/** By instance and the end of the UUID. */
const OWNERS: Readonly<Record<string, readonly string[]>> = {
  'authored-1.x-old-names.txt': ['6a01 demo/triton-0 exporter-labels'],
  'authored-2.0-every-blank.txt': [],
  'authored-2.4-old-namespace-mig.txt': ['1001/3 ml/rank-0 exporter-labels', '1001/7 ml/embed-0 exporter-labels'],
  'authored-3.3-vgpu-guest.txt': ['3001 ml/tagger-0 exporter-labels'],
  // The idle GPU names the exporter's own pod.
  'authored-4.5-service-monitor.txt': ['a001 ml/ranker-0 exported-labels'],
  'authored-4.9-gh200-dra.txt': ['9001 prod/llm-0 exporter-labels'],
  'authored-reexported-ratios.txt': ['d001 ml/a exporter-labels', 'd002 ml/b exporter-labels', 'd003 ml/c exporter-labels'],
};

it.each(Object.entries(OWNERS))('%s: %j', async (file, owners) => {
  const feed = createFeed([{ source: 'dcgm' }]);
  await feed.scrape(readFileSync(join(FOLDER, file), 'utf8'));
  const said = held(feed, { names: /^gpu_owner$/ }).map((line) => {
    const label = (name: string): string => new RegExp(`[{,]${name}="([^"]*)"`).exec(line)?.[1] ?? '';
    const slice = label('mig_id') === '' ? '' : `/${label('mig_id')}`;
    return `${label('uuid').slice(-4)}${slice} ${label('namespace')}/${label('pod')} ${label('evidence')}`;
  });
  expect(said.sort()).toEqual(owners);
});

it('lists files that are there', () => {
  expect(readdirSync(FOLDER)).toEqual(expect.arrayContaining(Object.keys(OWNERS)));
});
