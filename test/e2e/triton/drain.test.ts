// A pod that is scaled down, as the example deploys it: taken out of the proxy, its preStop pause waited, then SIGTERM, all under load.
import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { findProxies } from '../balance/programs.ts';
import { type Balancer, startBalancer } from '../balance/proxies.ts';
import { createLoad, inferBody, inferPath } from './load.ts';
import { PLAIN } from './models.ts';
import { isFull } from './profile.ts';
import { NEWEST } from './releases.ts';
import { startTriton, type TritonServer } from './server.ts';
import { describeTriton, progress } from './suite.ts';

/** Two instances a server, so each has as many executing as waiting. */
const CLIENTS = 8;
const BODY = inferBody(0.4);
/** The time in which the last proxy hears of it; a proxy on loopback hears at once. */
const SHORT_PAUSE_MS = 2000;

const found = await findProxies({ env: process.env, progress });

async function exampleText(): Promise<string> {
  return await readFile(new URL('../../../k8s/examples/triton/triton.yaml', import.meta.url), 'utf8');
}

/** Seconds of a setting of the example. */
async function exampleSeconds(pattern: RegExp): Promise<number> {
  return Number(pattern.exec(await exampleText())?.groups?.['seconds']);
}

await describeTriton(NEWEST, 'a real Triton that is scaled down under load', (install) => {
  if (found.kind === 'skipped') return void it.skip(`needs proxies: ${found.why}`);
  const { proxies } = found;

  interface Pair {
    readonly proxy: Balancer;
    readonly staying: TritonServer;
    readonly going: TritonServer;
  }

  /** Two servers behind a proxy that balances requests, each with half of the load. Returns how many of them were not answered. */
  async function lostWhen(goes: (pair: Pair) => Promise<void>): Promise<number> {
    await using resources = new AsyncDisposableStack();
    const [staying, going] = [
      resources.use(await startTriton(install, { models: [PLAIN] })),
      resources.use(await startTriton(install, { models: [PLAIN] })),
    ];
    const backends = [staying, going].map(({ ports }) => `127.0.0.1:${ports.http}`);
    const proxy = resources.use(await startBalancer('HTTP/1.1 by haproxy', { proxies, backends }));
    const load = resources.use(createLoad(`http://${proxy.address}`, { path: inferPath(PLAIN.name), body: () => BODY }));
    load.setConcurrency(CLIENTS);
    await setTimeout(2000);
    const before = await executed(going);
    expect(before).toBeGreaterThan(0);
    expect(load.failures()).toBe(0);
    await goes({ proxy, staying, going });
    await setTimeout(2000);
    expect(await executed(staying)).toBeGreaterThan(0);
    load.setConcurrency(0);
    return load.failures();
  }

  async function executed({ exposition }: TritonServer): Promise<number> {
    return Number(
      /^nv_inference_request_success\{model="delay_plain",version="1"\} (?<count>\d+)$/m.exec(await exposition())?.groups?.['count'],
    );
  }

  it('loses no request when the endpoint goes first and the pause is waited', async () => {
    const pauseMs = isFull(process.env) ? (await exampleSeconds(/preStop: \{sleep: \{seconds: (?<seconds>\d+)/)) * 1000 : SHORT_PAUSE_MS;
    const lost = await lostWhen(async ({ proxy, going }) => {
      expect(await proxy.command('set server servers/s1 state drain')).toBe('');
      await setTimeout(pauseMs);
      await going.terminate();
    });
    expect(lost).toBe(0);
  });

  it('loses requests when SIGTERM comes while the endpoint is there: Triton closes its port at once', async () => {
    const lost = await lostWhen(({ going }) => going.terminate());
    expect(lost).toBeGreaterThan(0);
  });

  it('is given longer to end than the pause and its own exit time-out take', async () => {
    const pause = await exampleSeconds(/preStop: \{sleep: \{seconds: (?<seconds>\d+)/);
    const exit = await exampleSeconds(/--exit-timeout-secs=(?<seconds>\d+)/);
    expect(await exampleSeconds(/terminationGracePeriodSeconds: (?<seconds>\d+)/)).toBeGreaterThan(pause + exit);
  });
});
