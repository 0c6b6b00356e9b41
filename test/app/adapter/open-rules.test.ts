// The file of rules as it changes: what is put in force, and what only shows in the log and a gauge.
import { expect, it, onTestFinished } from 'vitest';
import { openRules } from '../../../src/app/adapter/open-rules.ts';
import { settingsOf } from '../../../src/app/settings.ts';
import type { Config } from '../../../src/config/schema.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { VirtualClock } from '../../../src/lib/virtual-clock.ts';
import { configFile, mountedConfig } from '../support/config-file.ts';
import { type Logged, recordingLog } from '../support/log.ts';
import { recordingMeter } from '../support/meter.ts';
import { until } from '../support/wait.ts';

const rule = (metric: string): string =>
  JSON.stringify({
    rules: [
      {
        seriesQuery: 'a',
        resources: { template: '<<.Resource>>' },
        name: { as: metric },
        metricsQuery: 'sum(<<.Series>>) by (<<.GroupBy>>)',
      },
    ],
  });

function settingsWith(file: string, owners: Config['kubernetes']['owners'] = []): Config {
  return settingsOf('the test', [
    { path: ['prometheus_adapter_config'], value: file },
    { path: ['kubernetes', 'owners'], value: owners },
  ]).config;
}

interface Sleeping extends Clock {
  readonly virtual: VirtualClock;
  sleeps: number;
}

function sleeping(): Sleeping {
  const virtual = new VirtualClock();
  const clock: Sleeping = {
    virtual,
    sleeps: 0,
    nowMs: () => virtual.nowMs(),
    sleep: (durationMs, signal) => {
      clock.sleeps += 1;
      return virtual.sleep(durationMs, signal);
    },
  };
  return clock;
}

it('without a file there are no rules', async () => {
  const { config } = settingsOf('the test', []);
  expect(await openRules({ config, clock: new VirtualClock(), log: recordingLog([]), meter: recordingMeter(new Map()) })).toBeUndefined();
});

it.each([
  [
    'no such file',
    '/nowhere/rules.yaml',
    'cannot read "/nowhere/rules.yaml": there is no such file; give the file with prometheus-adapter\'s rules',
  ],
  ['a folder', '/', 'cannot read "/": EISDIR'],
])('%s ends the start', async (_, file, message) => {
  const options = { config: settingsWith(file), clock: new VirtualClock(), log: recordingLog([]), meter: recordingMeter(new Map()) };
  await expect(openRules(options)).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining(message) });
});

it('a wrong file ends the start with everything that is wrong', async () => {
  const { path } = await configFile('rules: [{seriesQuery: "a{"}]');
  const options = { config: settingsWith(path), clock: new VirtualClock(), log: recordingLog([]), meter: recordingMeter(new Map()) };
  await expect(openRules(options)).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(
      /^cannot use the prometheus-adapter configuration .*: 2 problems\n {2}rules\[0].metricsQuery: missing.*\n {2}rules\[0].seriesQuery: cannot parse/,
    ),
  });
});

it('owners of the configuration are resources', async () => {
  const text = rule('m').replace('"template":"<<.Resource>>"', '"overrides":{"lws":{"resource":"leaderworkerset"}}');
  const { path } = await configFile(text);
  const owner = { group: 'leaderworkerset.x-k8s.io', version: 'v1', resource: 'leaderworkersets', kind: 'LeaderWorkerSet' };
  const options = { clock: new VirtualClock(), log: recordingLog([]), meter: recordingMeter(new Map()) };
  await expect(openRules({ ...options, config: settingsWith(path) })).rejects.toThrow('there is no resource "leaderworkerset"');
  expect((await openRules({ ...options, config: settingsWith(path, [owner]) }))?.rules.custom[0]?.resources.kindOf('lws')?.kind).toBe(
    'LeaderWorkerSet',
  );
});

it('a change is in force, a mistake changes nothing, and both are told', async () => {
  const file = await mountedConfig(rule('first'));
  const clock = sleeping();
  const logged: Logged[] = [];
  const metrics = new Map<string, number>();
  const opened = await openRules({ config: settingsWith(file.path), clock, log: recordingLog(logged), meter: recordingMeter(metrics) });
  const gauge = (): number | undefined => metrics.get('plimsoll_rules_last_reload_successful{}');
  expect([opened?.rules.custom[0]?.naming.as, gauge()]).toEqual(['first', 1]);
  const used: (string | undefined)[] = [];
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const ended = opened?.follow((rules) => void used.push(rules.custom[0]?.naming.as), stop.signal);
  const look = async (times: number): Promise<void> => {
    for (let done = 0; done < times; done += 1) {
      const before = clock.sleeps;
      await clock.virtual.advance(1000);
      await until('the next look', () => clock.sleeps > before || undefined);
    }
  };
  await until('the first look', () => clock.sleeps > 0 || undefined);
  expect(logged.splice(0)).toEqual([
    { said: 'info rules of prometheus-adapter in force', fields: { file: file.path, rules: 1, externalRules: 0 } },
  ]);
  await file.write('rules: [');
  await look(2);
  expect([used, gauge(), logged.map(({ said }) => said)]).toEqual([
    [],
    0,
    ['error rules of prometheus-adapter not reloaded, those before stay in force'],
  ]);
  await file.write(rule('second'));
  await look(2);
  expect([used, gauge(), logged.at(-1)?.said]).toEqual([['second'], 1, 'info rules of prometheus-adapter reloaded']);
  stop.abort();
  await ended;
});
