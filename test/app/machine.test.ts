// A machine without a cluster, whole: what it is piped comes out of /federate, and there is no other face.
import { PassThrough } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import { openServer } from '../../src/app/server.ts';
import { settingsOf } from '../../src/app/settings.ts';
import { ask, EPHEMERAL } from './support/server.ts';
import { until } from './support/wait.ts';

const LINE = 'RAM 1/2MB CPU [7%@1,off] GR3D_FREQ 63%@[300,400] GPU@41.5C PMIC@100C VDD_IN 4067mW/4000mW';

async function run(stdin: PassThrough) {
  const settings = settingsOf('the test', [
    ...EPHEMERAL,
    { path: ['metrics_api', 'enabled'], value: false },
    { path: ['recorder', 'memory_bytes'], value: 0 },
    { path: ['scrape', 'interval'], value: '200ms' },
    {
      path: ['scrape_configs'],
      value: [{ job_name: 'jetson', source: 'tegrastats', tegrastats: { stdin: true }, static_configs: [{ targets: ['nano'] }] }],
    },
  ]);
  const server = await openServer({ settings, version: '1.2.3', writeLog: () => {}, stdin });
  const stop = new AbortController();
  const ended = server.run(stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await ended;
  });
  const series = async (match: string): Promise<readonly string[]> => {
    const { body } = await ask(`${server.telemetryUrl}/federate?match[]=${encodeURIComponent(match)}`);
    const lines = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return lines.map((line) => line.replace(/ \d+$/, ''));
  };
  return { server, series };
}

it('says what a Jetson says, and that it is down when its lines end', async () => {
  const stdin = new PassThrough();
  const { server, series } = await run(stdin);
  expect(server.metricsApiUrl).toBe('');
  stdin.write(`${LINE}\n`);
  const said = await until('a scrape', async () => {
    const now = await series('{source="tegrastats"}');
    return now.length > 0 ? now : undefined;
  });
  const at = 'instance="nano",job="jetson"';
  expect(said).toEqual(
    expect.arrayContaining([
      `gpu_utilization_ratio{gpu="0",${at},source="tegrastats"} 0.63`,
      // Of both clusters the faster one.
      `gpu_sm_clock_hertz{gpu="0",${at},source="tegrastats"} 400000000`,
      `gpu_temperature_celsius{gpu="0",${at},source="tegrastats"} 41.5`,
      `cpu_utilization_ratio{${at},source="tegrastats"} 0.07`,
      `cpu_online_cores{${at},source="tegrastats"} 1`,
      `power_watts{${at},rail="VDD_IN",source="tegrastats"} 4.067`,
    ]),
  );
  expect(said.some((line) => line.includes('pmic') || line.includes('core="1"'))).toBe(false);
  stdin.end();
  await until('the end', async () => ((await series('power_watts')).length === 0 ? true : undefined));
  const { body } = await ask(`${server.telemetryUrl}/metrics`);
  expect(body).toContain('error="cannot read standard input: it has ended; ');
});
