// What docs/jetson.md tells people to run is what there is.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { settingsOf } from '../../src/app/settings.ts';
import { serve } from '../../src/cli/serve.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { EVERY_SERIES } from '../../src/sources/every-series.ts';
import { ROOT } from './source-files.ts';

const read = (name: string): string => readFileSync(join(ROOT, 'docs', name), 'utf8');

it('the configuration is right, and so it is with the Triton that is commented out', () => {
  for (const text of [read('jetson.yaml'), read('jetson.yaml').replaceAll(/^#( {2}.*)$/gm, '$1')]) {
    const result = parseConfig(text);
    expect(result).toMatchObject({ kind: 'config' });
  }
});

it('the unit runs what is installed, with that configuration', () => {
  const [, program = '', words = ''] = /^ExecStart=(\S+) .*\/dist\/bin\.js (.*)$/m.exec(read('plimsoll.service')) ?? [];
  expect([program, words]).toEqual(['/usr/local/bin/node', 'serve --config /etc/plimsoll/jetson.yaml']);
});

it('names series and flags that there are', () => {
  const text = read('jetson.md');
  const names = [...text.matchAll(/`([a-z]+(?:_[a-z]+)+)(?:[{`])/g)].map(([, name]) => name ?? '');
  const known = new Set([
    ...EVERY_SERIES.map(({ name }) => name),
    'max_batch_size',
    'tegrastats_unknown_words_total',
    'gpu_memory_used_bytes',
  ]);
  expect(names.filter((name) => !known.has(name))).toEqual([]);
  expect(names.length).toBeGreaterThan(5);
  for (const flag of text.matchAll(/plimsoll serve .*?(--[a-z]+)/g)) expect(serve.help).toContain(flag[1]);
});

it('a machine needs no more than flags', () => {
  expect(settingsOf('the test', [{ path: ['scrape_configs'], value: [{ job_name: 'x', source: 'proc' }] }]).targets).toHaveLength(1);
});
