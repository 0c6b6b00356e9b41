// Jobs of tegrastats as they are read: each has one feed, which outlives scrapes and ends with its job.
import { execPath } from 'node:process';
import { PassThrough } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import { settingsOf } from '../../src/app/settings.ts';
import { openTegrastats } from '../../src/app/tegrastats-source.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { silentLog } from '../../src/model/log.ts';
import { targetAt } from './support/feed.ts';

const LINE = 'RAM 1/2MB CPU [7%@1] GR3D_FREQ 63%';
/** Prints a line with its own process in it, again and again. */
const PRINTING = [execPath, '-e', `setInterval(() => console.log('${LINE} APE ' + process.pid % 100000), 20)`];

function settings(tegrastats: object, job_name = 'jetson') {
  return settingsOf('the test', [{ path: ['scrape_configs'], value: [{ job_name, source: 'tegrastats', tegrastats }] }]);
}

function rig(tegrastats: object, stdin?: PassThrough) {
  const { config, targets } = settings(tegrastats);
  const source = openTegrastats({ config, clock: systemClock(), log: silentLog, stdin });
  onTestFinished(() => source.close());
  const read = async (signal: AbortSignal = AbortSignal.timeout(20_000)): Promise<string> => {
    const result = await source.fetch(targetAt(targets, 0), signal);
    return result.kind === 'failed' ? `${result.error.failure}: ${result.error.message}` : Buffer.from(result.bytes).toString();
  };
  return { source, read };
}

function processOf(text: string): string | undefined {
  return /engine="APE"\} (?<pid>\d+)/.exec(text)?.groups?.['pid'];
}

it('runs the command once, and hands on its newest line', async () => {
  const { read } = rig({ command: PRINTING, interval: '100ms' });
  const first = await read();
  expect(first).toContain('tegrastats_gpu_percent{engine="GR3D"} 63\n');
  expect(first).toContain('tegrastats_starts_total 1\n');
  expect(processOf(await read())).toBe(processOf(first));
});

it('keeps the command of a job that stays as it is, and ends it when the job has another or is gone', async () => {
  const { source, read } = rig({ command: PRINTING });
  const first = processOf(await read());
  source.use(settings({ command: PRINTING, interval: '2s' }).config);
  expect(processOf(await read())).toBe(first);
  source.use(settings({ command: [...PRINTING, 'other'] }).config);
  const second = processOf(await read());
  expect(second).not.toBe(first);
  source.use(settings({ command: PRINTING }, 'another').config);
  expect(await read()).toBe('failed: cannot read tegrastats: no job is called "jetson" any more');
});

it('says why there is no line, at every scrape', async () => {
  const { read } = rig({ command: ['/no/such/tegrastats'] });
  for (const _ of [1, 2]) {
    expect(await read()).toBe(
      'unreachable: cannot run "/no/such/tegrastats": there is no such program; check tegrastats.command of the job',
    );
  }
});

it('gives the interval to the program that it runs by default', async () => {
  // No machine that runs tests has one; its name is in the message.
  const { read } = rig({ interval: '250ms' });
  expect(await read()).toMatch(/^unreachable: cannot (?:run|read) "tegrastats"/);
});

it('reads standard input, and closes it', async () => {
  const stdin = new PassThrough();
  const { source, read } = rig({ stdin: true }, stdin);
  const reading = read();
  stdin.write(`${LINE}\n`);
  expect(await reading).toContain('tegrastats_cpu_percent{core="0"} 7\n');
  await source.close();
  expect(stdin.destroyed).toBe(true);
});

it('reads a log, and says which is not there', async () => {
  const { read } = rig({ file: '/no/such.log' });
  expect(await read()).toBe(
    'unreachable: cannot read "/no/such.log": there is no such file; start tegrastats --logfile /no/such.log, or change tegrastats.file of the job',
  );
});
