// The command as people call it: what it prints, and what it ends with.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HELP, promqltest } from './command.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'promqltest-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function call(
  ...words: readonly string[]
): Promise<{ readonly code: number; readonly out: readonly string[]; readonly err: readonly string[] }> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await promqltest(words, { out: (line) => out.push(line), err: (line) => err.push(line) });
  return { code, out: out.map((line) => line.replaceAll(folder, '')), err: err.map((line) => line.replaceAll(folder, '')) };
}

async function fileOf(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

const LOAD = 'load 10s\n  m{a="x"} 1 2 stale 4\n  m{a="y"} _ _ 30\n\n';
const RIGHT = `${LOAD}eval range from 0 to 30s step 10s sum by (a) (m)\n  {a="x"} 1 2 _ 4\n  {a="y"} _ _ 30 30\n\n`;

it('ends with 0 when all is right', async () => {
  const file = await fileOf('right', `${RIGHT}load 1m\n  h {{count:1}}\n\neval range from 0 to 0 step 1m h\n  h {{count:1}}`);
  expect(await call(file)).toEqual({
    code: 0,
    out: [
      '/right: 1 passed, 0 failed, 1 skipped',
      'skipped 1: native histograms',
      'not loaded: 1 series of native histograms',
      '1 passed, 0 failed, 1 skipped',
    ],
    err: [],
  });
});

it('ends with 1 when something is wrong, and sums over files', async () => {
  const wrong = await fileOf('wrong', `${LOAD}eval range from 0 to 10s step 10s m{a="x"}\n  m{a="x"} 1 3\n\nclear\n${RIGHT}`);
  const bad = await fileOf('bad', `${LOAD}evil`);
  const late = await fileOf('late', `${RIGHT}load 10s\n  m{a="x"} 5\n`);
  expect(await call(wrong, bad, late, await fileOf('right', RIGHT))).toEqual({
    code: 1,
    out: [
      '/wrong:5: eval range from 0 to 10s step 10s m{a="x"}',
      '  expected m{a="x"} 1 @0 3 @10',
      '  got      m{a="x"} 1 @0 2 @10',
      '/wrong: 1 passed, 1 failed, 0 skipped',
      '/bad:5: cannot read the file: expected load, clear or eval, got "evil"',
      '/bad: 0 passed, 1 failed, 0 skipped',
      '/late:9: cannot read the file: expected samples in the order of time, got one at 0 ms after one at 30000 ms',
      '/late: 1 passed, 1 failed, 0 skipped',
      '/right: 1 passed, 0 failed, 0 skipped',
      '3 passed, 3 failed, 0 skipped',
    ],
    err: [],
  });
});

it('keeps what several loads say until it is cleared', async () => {
  const ask = 'eval range from 0 to 1m step 1m count(m)';
  const more = `load 1m\n  m{a="1"} 1\n\n${ask}\n  {} 1 1\n\nload 1m\n  m{a="1"} _ 2\n  m{a="2"} 2\n\n${ask}\n  {} 2 2\n\nclear\n${ask}\n`;
  expect(await call(await fileOf('more', more))).toMatchObject({
    code: 0,
    out: ['/more: 3 passed, 0 failed, 0 skipped', expect.anything()],
  });
});

it('refuses a second value at the same time', async () => {
  const twice = `${LOAD}\nload 30s\n  m{a="x"} _ 5\n`;
  expect((await call(await fileOf('twice', twice))).out[0]).toBe(
    '/twice:6: cannot read the file: expected one value at a time, got another at 30000 ms',
  );
  expect(await call(await fileOf('again', `${LOAD}load 30s\n  m{a="x"} _ 4\n`))).toMatchObject({ code: 0 });
});

it('removes names with the last step, unless it is told not to', async () => {
  const file = await fileOf(
    'late',
    `${LOAD}eval instant at 10s label_replace(-m{a="x"}, "was", "$1", "__name__", "(.+)")\n  {a="x", was="m"} -2\n`,
  );
  expect(await call(file)).toMatchObject({ code: 0 });
  expect(await call('--no-delayed-name-removal', file)).toMatchObject({ code: 1 });
});

it('explains itself', async () => {
  expect(await call('--help')).toEqual({ code: 0, out: [HELP.trimEnd()], err: [] });
});

it.each([
  [[], 'cannot run tests: no file is named; name files, as in npm run promqltest -- test/promqltest/cases/rate.promql'],
  [['--fast'], expect.stringMatching(/^cannot run tests: Unknown option '--fast'.*; npm run promqltest -- --help shows what there is$/)],
])('ends with 2 for %j', async (words, problem) => {
  expect(await call(...words)).toEqual({ code: 2, out: [], err: [problem] });
});

it('names a file that it cannot read, before it runs any', async () => {
  const right = await fileOf('right', RIGHT);
  expect(await call(right, join(folder, 'none'))).toEqual({
    code: 2,
    out: [],
    err: ['cannot read "/none": ENOENT; check the name and who may read it'],
  });
  expect((await call(folder)).err).toEqual(['cannot read "": EISDIR; name the files in it']);
  expect((await call(await fileOf('long', '#'.repeat(2 ** 24 + 1)))).err).toEqual([
    'cannot read "/long": it is longer than 16777216 bytes; split it',
  ]);
});
