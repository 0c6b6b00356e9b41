import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { plimsoll } from './support.ts';

const GOLDEN = '../../fixtures/cli';

it.each(['--help', '-h', 'help'])('%s lists the commands', async (word) => {
  const { code, out, err } = await plimsoll([word]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  await expect(out).toMatchFileSnapshot(`${GOLDEN}/overview.txt`);
});

it('without a command, lists the commands and says by its exit code that one was missing', async () => {
  const { code, out } = await plimsoll([]);
  expect(code).toBe(2);
  await expect(out).toMatchFileSnapshot(`${GOLDEN}/overview.txt`);
});

it.each(['serve', 'demo', 'inspect', 'explain', 'check', 'probe', 'rules', 'bundle'])('%s --help', async (name) => {
  const { code, out, err } = await plimsoll([name, '--help']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  await expect(out).toMatchFileSnapshot(`${GOLDEN}/${name}.txt`);
  expect((await plimsoll([name, 'whatever', '-h'])).out).toBe(out);
  expect(out).toContain(`\nExample: plimsoll ${name} `);
  expect(out.split('\n').filter((line) => line.length > 120)).toEqual([]);
});

it.each(['--version', '-V'])('%s is the version of package.json', async (word) => {
  const manifest: { version: string } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(await plimsoll([word])).toEqual({ code: 0, out: `plimsoll ${manifest.version}\n`, err: '' });
});

it.each([
  ['srve', 'cannot run plimsoll "srve": there is no such command; did you mean serve?'],
  ['Demo', 'cannot run plimsoll "Demo": there is no such command; did you mean demo?'],
  [
    'scrape',
    'cannot run plimsoll "scrape": there is no such command; the commands are serve, demo, inspect, explain, check, probe, rules, bundle',
  ],
  [
    '--json',
    'cannot run plimsoll "--json": there is no such command; the commands are serve, demo, inspect, explain, check, probe, rules, bundle',
  ],
  [
    '\x1b[2J',
    'cannot run plimsoll "\\u001b[2J": there is no such command; the commands are serve, demo, inspect, explain, check, probe, rules, bundle',
  ],
])('the unknown command %j has exit code 2', async (name, message) => {
  expect(await plimsoll([name])).toEqual({ code: 2, out: '', err: `plimsoll: ${message}\n` });
});

it('tells what went wrong outside in one line, with exit code 1', async () => {
  const { code, out, err } = await plimsoll(['inspect', 'no-such-file'], { stop: new AbortController().signal });
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toMatch(/^plimsoll: cannot read "no-such-file": there is no such file; [^\n]*\n$/);
});

it('does not take a fault of its own for a mistake of the caller', async () => {
  const stdout = (): never => {
    throw new TypeError('a fault');
  };
  await expect(plimsoll(['--help'], { stdout })).rejects.toThrow(new TypeError('a fault'));
});
