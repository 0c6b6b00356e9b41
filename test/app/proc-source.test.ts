// The machine as a target: files of the kernel in a folder of ours, and the real ones where there are any.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openProc } from '../../src/app/proc-source.ts';
import { settingsOf } from '../../src/app/settings.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { silentLog } from '../../src/model/log.ts';
import { targetAt } from './support/feed.ts';

const UNTIL_DONE = new AbortController().signal;
const STAT = 'cpu  10 0 0 90 0 0 0 0\ncpu0 10 0 0 90 0 0 0 0\n';
const FILES = {
  stat: STAT,
  meminfo: 'MemTotal: 2000 kB\nMemAvailable: 500 kB\n',
  loadavg: '1.50 1.00 0.50 1/2 3\n',
  'pressure/cpu': 'some avg10=0.00 avg60=0.00 avg300=0.00 total=2000000\n',
};

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-proc-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

function settings(proc: object, job_name = 'machine') {
  return settingsOf('the test', [{ path: ['scrape_configs'], value: [{ job_name, source: 'proc', proc }] }]);
}

function rig(proc: object) {
  const { config, targets } = settings(proc);
  const source = openProc({ config, clock: systemClock(), log: silentLog });
  const read = async (): Promise<string> => {
    const result = await source.fetch(targetAt(targets, 0), UNTIL_DONE);
    return result.kind === 'failed' ? `${result.error.failure}: ${result.error.message}` : Buffer.from(result.bytes).toString();
  };
  return { source, read };
}

function samples(text: string): string[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

it('says what the files say, and shares from the second reading on', async () => {
  const path = await folderWith(FILES);
  const { read } = rig({ path, cgroup_path: join(path, 'none') });
  const first = samples(await read());
  expect(first).toEqual([
    'proc_cpu_online_cores 1',
    'proc_cpu_used_seconds_total 0.1',
    'proc_load_average{window="1m"} 1.5',
    'proc_load_average{window="5m"} 1',
    'proc_load_average{window="15m"} 0.5',
    'proc_pressure_stalled_seconds_total{resource="cpu",tasks="some"} 2',
    'proc_memory_total_bytes 2048000',
    'proc_memory_used_bytes 1536000',
  ]);
  await writeFile(join(path, 'stat'), STAT.replaceAll('10 0 0 90', '40 0 0 160'));
  expect(samples(await read()).slice(0, 2)).toEqual(['proc_cpu_utilization_ratio 0.3', 'proc_cpu_core_utilization_ratio{core="0"} 0.3']);
});

it('a job that comes again has no reading before', async () => {
  const path = await folderWith(FILES);
  const { source, read } = rig({ path });
  await read();
  source.use(settings({ path }, 'another').config);
  expect(await read()).toBe('unreachable: cannot read the machine: no job is called "machine" any more');
  source.use(settings({ path }).config);
  expect(await read()).not.toContain('proc_cpu_utilization_ratio');
});

it.each([
  { files: { meminfo: FILES.meminfo }, cause: 'stat": there is no such file; ' },
  { files: { ...FILES, stat: 'x' }, cause: 'stat": it does not say what this file of Linux says; ' },
  { files: { ...FILES, meminfo: '' }, cause: 'meminfo": it does not say what this file of Linux says; ' },
  { files: { ...FILES, stat: STAT.repeat(100_000) }, cause: 'it is longer than 1048576 bytes' },
])('fails where $cause', async ({ files, cause }) => {
  const { read } = rig({ path: await folderWith(files as Readonly<Record<string, string>>) });
  const said = await read();
  expect(said).toMatch(/^unreachable: cannot read /);
  expect(said).toContain(cause);
});

it.skipIf(!existsSync('/proc/meminfo'))('reads this machine', async () => {
  const { read } = rig({});
  const text = await read();
  expect(samples(text).length).toBeGreaterThan(4);
  expect(text).toMatch(/^proc_memory_total_bytes \d{8,}$/m);
});
