// The newest line on a virtual clock: how long it counts, what is waited for, and what is said when there is none.
import { expect, it } from 'vitest';
import { VirtualClock } from '../../../src/lib/virtual-clock.ts';
import { NewestTegrastats } from '../../../src/sources/tegrastats/newest.ts';

const LINE = 'RAM 1/2MB CPU [7%@1] APE 5';
const ENDED = AbortSignal.abort();

function rig() {
  const clock = new VirtualClock(1_000_000);
  const newest = new NewestTegrastats(clock);
  const read = async (everyMs = 1000, signal: AbortSignal = ENDED): Promise<string> => {
    const result = await newest.read(everyMs, signal);
    return result.kind === 'failed' ? `${result.error.failure}: ${result.error.message}` : Buffer.from(result.bytes).toString();
  };
  return { clock, newest, read };
}

it('says the newest line, and what became of lines, words and starts', async () => {
  const { clock, newest, read } = rig();
  newest.started();
  newest.line('starting');
  newest.line('');
  newest.line('RAM 1/2MB APE 4 FOO');
  expect(await read()).toContain('tegrastats_unknown_words_total 1\n');
  expect(await read()).toContain('tegrastats_unknown_words_total 1\n');
  newest.line(LINE);
  newest.longLine();
  await clock.advance(250);
  const text = await read();
  expect(text).toContain('# TYPE tegrastats_engine_megahertz gauge\ntegrastats_engine_megahertz{engine="APE"} 5\n');
  expect(text.split('\n').filter((line) => /^tegrastats_(?:lines|unknown|starts|reading)/.test(line))).toEqual([
    'tegrastats_unknown_words_total 1',
    'tegrastats_lines_total{outcome="read"} 2',
    'tegrastats_lines_total{outcome="not-tegrastats"} 1',
    'tegrastats_lines_total{outcome="too-long"} 1',
    'tegrastats_starts_total 1',
    'tegrastats_reading_age_seconds 0.25',
  ]);
});

it.each([
  { everyMs: 100, countsMs: 3000 },
  { everyMs: 1000, countsMs: 3000 },
  { everyMs: 5000, countsMs: 15_000 },
])('a line counts for $countsMs ms where one comes every $everyMs ms', async ({ everyMs, countsMs }) => {
  const { clock, newest, read } = rig();
  newest.line(LINE);
  await clock.advance(countsMs);
  expect(await read(everyMs)).toContain('tegrastats_cpu_percent');
  await clock.advance(1);
  expect(await read(everyMs)).toMatch(
    /^timeout: cannot use the newest line of tegrastats: it came [\d.]+ s ago, and there should be one every/,
  );
  newest.line(LINE);
  expect(await read(everyMs)).toContain('tegrastats_cpu_percent');
});

it('waits for the first line, or for the reason why there is none', async () => {
  const { newest, read } = rig();
  const open = new AbortController();
  const reading = read(1000, open.signal);
  newest.line('not one');
  newest.line(LINE);
  expect(await reading).toContain('tegrastats_cpu_percent');
  const other = rig();
  const failing = other.read(1000, open.signal);
  other.newest.failed('it is broken');
  expect(await failing).toBe('unreachable: it is broken');
});

it('is late when nothing comes in time, and says what came instead', async () => {
  const { newest, read } = rig();
  const open = new AbortController();
  const reading = read(1000, open.signal);
  open.abort();
  expect(await reading).toBe(
    'timeout: cannot read tegrastats: no line has come; check that it runs, and where its lines come in bursts, start it as stdbuf -oL tegrastats',
  );
  newest.line('bash: tegrastats: command not found');
  expect(await read()).toBe(
    'not-text: cannot read "bash: tegrastats: command not found" as tegrastats: it is no line of it; see what is read: each line of tegrastats begins with RAM, or the time and RAM',
  );
});

it('knows nothing any more after a failure, until the next line', async () => {
  const { newest, read } = rig();
  newest.line(LINE);
  newest.failed('cannot read "tegrastats": it ended and said "permission denied"');
  newest.started();
  expect(await read()).toBe(
    'unreachable: cannot read "tegrastats": it ended and said "permission denied"; where it wants root, run Plimsoll as root or give the command as sudo -n tegrastats',
  );
  newest.line(LINE);
  expect(await read()).toContain('tegrastats_cpu_percent');
});

it('does not read two lines that were cut into one', async () => {
  const { newest, read } = rig();
  newest.line('RAM 1/2MB CPU [1%@RAM 1/2MB RAM 1/2MB APE 5');
  expect(await read()).toMatch(/^not-text: .*two lines that were cut/);
});
