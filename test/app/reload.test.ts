// The configuration file as it changes: what is put in force, and what only shows in the log and a gauge.

import { describe, expect, it, onTestFinished } from 'vitest';
import { watchConfig } from '../../src/app/reload.ts';
import { type Settings, settingsOfFile } from '../../src/app/settings.ts';
import { fileVersion } from '../../src/config/load.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import { type ConfigFile, configFile, mountedConfig } from './support/config-file.ts';
import { type Logged, recordingLog } from './support/log.ts';
import { recordingMeter } from './support/meter.ts';
import { until } from './support/wait.ts';

const POLL_MS = 1000;
const GAUGE = 'plimsoll_config_last_reload_successful{}';

const interval = (seconds: number): string => `scrape:\n  interval: ${seconds}s\n`;

interface Watch {
  /** Intervals of the configurations put in force, in ms. */
  readonly applied: number[];
  readonly logged: Logged[];
  readonly gauge: () => number | undefined;
  readonly ended: Promise<void>;
  readonly stop: () => void;
  /** So many looks at the file; a change is read at the second one that finds it. */
  look(times?: number): Promise<void>;
}

async function watch({ path }: ConfigFile, load = (): Promise<Settings> => settingsOfFile(path, [])): Promise<Watch> {
  const virtual = new VirtualClock();
  let sleeps = 0;
  const clock: Clock = {
    nowMs: () => virtual.nowMs(),
    sleep: (durationMs, signal) => {
      sleeps += 1;
      return virtual.sleep(durationMs, signal);
    },
  };
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const metrics = new Map<string, number>();
  const applied: number[] = [];
  const logged: Logged[] = [];
  const apply = ({ config }: Settings): void => void applied.push(config.scrape.interval);
  const follow = { file: path, version: await fileVersion(path), read: load };
  const ended = watchConfig({ follow, apply, clock, log: recordingLog(logged), meter: recordingMeter(metrics) }, stop.signal);
  const asleep = (count: number): Promise<true> => until('the next look at the file', () => sleeps >= count || undefined);
  await asleep(1);
  return {
    applied,
    logged,
    gauge: () => metrics.get(GAUGE),
    ended,
    stop: () => stop.abort(),
    look: async (times = 2) => {
      for (let time = 0; time < times; time += 1) {
        const next = sleeps + 1;
        await virtual.advance(POLL_MS);
        await Promise.race([asleep(next), ended]);
      }
    },
  };
}

describe.each([
  { name: 'a file', create: configFile },
  { name: 'a mounted ConfigMap', create: mountedConfig },
])('$name', ({ create }) => {
  it('that changes is put in force once', async () => {
    const file = await create(interval(5));
    const { applied, gauge, logged, look } = await watch(file);
    await look();
    expect({ applied, gauge: gauge() }).toEqual({ applied: [], gauge: 1 });
    await file.write(interval(10));
    await look();
    await look();
    expect({ applied, gauge: gauge() }).toEqual({ applied: [10_000], gauge: 1 });
    expect(logged).toEqual([{ said: 'info configuration reloaded', fields: { file: file.path } }]);
  });

  it('that becomes wrong changes nothing, and is told of once', async () => {
    const file = await create(interval(5));
    const { applied, gauge, logged, look } = await watch(file);
    await file.write('scrape:\n  intervall: 10s\nlimits:\n  targets: 0\n');
    await look(5);
    expect({ applied, gauge: gauge() }).toEqual({ applied: [], gauge: 0 });
    expect(logged.map(({ said }) => said)).toEqual(['error configuration not reloaded, the previous one stays in force']);
    expect(logged[0]?.fields['problems']).toMatch(/2 problems\n {2}scrape\.intervall: .*did you mean interval\?\n {2}limits\.targets: /);
    await file.write(interval(20));
    await look();
    expect({ applied, gauge: gauge() }).toEqual({ applied: [20_000], gauge: 1 });
  });

  it('that is removed changes nothing, and is followed again when it is back', async () => {
    const file = await configFile(interval(5));
    const { applied, gauge, logged, look } = await watch(file);
    await file.remove();
    await look();
    await look();
    expect({ applied, gauge: gauge(), lines: logged.length }).toEqual({ applied: [], gauge: 0, lines: 1 });
    expect(logged[0]?.fields['problems']).toMatch(/no such file/);
    await file.write(interval(7));
    await look();
    expect({ applied, gauge: gauge() }).toEqual({ applied: [7000], gauge: 1 });
  });
});

it('a file is not read in the middle of a write', async () => {
  const file = await configFile(interval(5));
  const { applied, logged, look } = await watch(file);
  await file.write('');
  await look(1);
  await file.write('scrape:\n');
  await look(1);
  await file.write(interval(10));
  await look(1);
  expect({ applied, logged }).toEqual({ applied: [], logged: [] });
  await look(1);
  expect(applied).toEqual([10_000]);
});

it('ends when it is told to, without another look', async () => {
  const file = await configFile(interval(5));
  const { applied, ended, logged, stop } = await watch(file);
  await file.write(interval(10));
  stop();
  await ended;
  expect(applied).toEqual([]);
  expect(logged.map(({ said }) => said)).toEqual(['debug configuration watch ended']);
});

it('fails with what nobody foresaw', async () => {
  const file = await configFile(interval(5));
  const boom = new Error('boom');
  const { ended, look } = await watch(file, () => Promise.reject(boom));
  const failed = expect(ended).rejects.toBe(boom);
  await file.write(interval(10));
  await look().catch(() => {});
  await failed;
});
