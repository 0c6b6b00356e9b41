// Logs that grow, rotate, are truncated, come late and go: real files, looked at on a virtual clock.
import { appendFile, mkdir, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { logFileFeed } from '../../../src/lib/line-feed/log-file.ts';
import { quote } from '../../../src/lib/quote.ts';
import { VirtualClock } from '../../../src/lib/virtual-clock.ts';
import { listener } from './listener.ts';

async function rig(before?: string) {
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-log-'));
  const file = join(folder, 'tegrastats.log');
  if (before !== undefined) await writeFile(file, before);
  const heard = listener();
  const clock = new VirtualClock();
  const stop = new AbortController();
  const running = logFileFeed({ file, clock, remedy: 'start it' })(heard, stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await running;
    await rm(folder, { recursive: true });
  });
  /** Looks until something is heard that the text is part of. */
  const untilHeard = async (text: string): Promise<void> => {
    let isHeard = false;
    void heard.hears(text).then(() => {
      isHeard = true;
    });
    while (!isHeard) await clock.advance(500);
  };
  return { folder, file, heard, clock, untilHeard, stop, running };
}

it('reads what is appended, and nothing that was there before', async () => {
  const { file, heard, untilHeard } = await rig('old\nolder, and hal');
  await heard.hears('started');
  await appendFile(file, 'f\nnew\n');
  await untilHeard('line new');
  expect(heard.said).toEqual(['started', 'line f', 'line new']);
});

it('follows a rotation: the rest of the old file, then the new one from its beginning', async () => {
  const { file, heard, untilHeard } = await rig('');
  await heard.hears('started');
  await appendFile(file, 'a\n');
  await untilHeard('line a');
  await appendFile(file, 'b\n');
  await rename(file, `${file}.1`);
  await writeFile(file, 'c\nd\n');
  await untilHeard('line d');
  expect(heard.said).toEqual(['started', 'line a', 'line b', 'started', 'line c', 'line d']);
});

it('goes on with the old file while there is no new one', async () => {
  const { file, heard, untilHeard } = await rig('');
  await heard.hears('started');
  await rename(file, `${file}.1`);
  await appendFile(`${file}.1`, 'late\n');
  await untilHeard('line late');
  expect(heard.said).toEqual(['started', 'line late']);
});

it('begins anew where the file was truncated', async () => {
  const { file, heard, untilHeard } = await rig('a long line of before\n');
  await heard.hears('started');
  await appendFile(file, 'half of a li');
  await truncate(file, 0);
  await appendFile(file, 'x\n');
  await untilHeard('line x');
  expect(heard.said).toEqual(['started', 'started', 'line x']);
});

it('waits for a file that is not there, and reads it from its beginning', async () => {
  const { file, heard, untilHeard } = await rig();
  await untilHeard('failed');
  expect(heard.said[0]).toBe(`failed: cannot read ${quote(file)}: there is no such file; start it`);
  await writeFile(file, 'first\n');
  await untilHeard('line first');
});

it('says so where it is no file', async () => {
  const { file, untilHeard, heard } = await rig();
  await mkdir(file);
  await untilHeard('it is no regular file');
  expect(heard.said.some((text) => text === 'started')).toBe(false);
});

it('passes over most of what came in a heap: the newest lines count', async () => {
  const { file, heard, untilHeard } = await rig('');
  await heard.hears('started');
  await appendFile(file, `${`${'x'.repeat(99)}\n`.repeat(20_000)}newest\n`);
  await untilHeard('line newest');
  expect(heard.said.length).toBeLessThan(1000);
});
