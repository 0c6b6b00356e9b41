import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { recordingRules } from '../../src/app/recording-rules.ts';
import { version } from '../../src/cli/version.ts';
import { plimsoll } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-rules-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('usage errors have exit code 2', () => {
  it.each([
    [['x'], 'it takes no argument, got "x"'],
    [['--group', ' '], '--group is " "; expected a name of at most 200 characters'],
    [['--group', 'g'.repeat(201)], `--group is "${'g'.repeat(49)}…"; expected a name of at most 200 characters`],
    [['--window', 'soon'], '--window is "soon"; expected a duration above zero such as 15s or 1m30s'],
    [['--scrape-interval', '0s'], '--scrape-interval is "0s"; expected a duration above zero such as 15s or 1m30s'],
    [['--window', '20s'], '--window is "20s", in which there are no two scrapes for a rate; make it at least twice --scrape-interval'],
    [['--windows', '1m'], 'there is no option "--windows", did you mean --window?'],
  ])('%j', async (args, cause) => {
    expect(await plimsoll(['rules', ...args])).toEqual({
      code: 2,
      out: '',
      err: `plimsoll: cannot run plimsoll rules: ${cause}; see plimsoll rules --help\n`,
    });
  });
});

it('prints rules for scrapes every 15 s, or as told', async () => {
  const options = { version, group: 'plimsoll', intervalMs: 15_000, windowMs: undefined, models: {} };
  expect(await plimsoll(['rules'])).toEqual({ code: 0, out: recordingRules(options), err: '' });
  const told = { ...options, group: 'gpus', intervalMs: 30_000, windowMs: 300_000 };
  const args = ['--group', 'gpus', '--scrape-interval', '30s', '--window', '5m'];
  expect((await plimsoll(['rules', ...args])).out).toBe(recordingRules(told));
});

it('takes models from a configuration, and refuses a wrong one', async () => {
  const file = join(folder, 'models.yaml');
  writeFileSync(file, 'models: {vision: {kind: ensemble}}\n');
  const { code, out } = await plimsoll(['rules', '--config', file]);
  expect(code).toBe(0);
  expect(out).toContain('{model="vision"}');
  writeFileSync(file, 'models: {vision: {kind: tree}}\n');
  const wrong = await plimsoll(['rules', '--config', file]);
  expect(wrong).toMatchObject({ code: 2, out: '', err: expect.stringContaining('models.vision.kind: expected one of leaf, ensemble') });
});
