// Two real Tritons behind real balancers, asked over gRPC channels that live long: what Plimsoll says of the balance of their load.
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { freePorts } from '../ports.ts';
import { type Answer, createHpa, type Hpa } from '../triton/hpa.ts';
import { PLAIN } from '../triton/models.ts';
import { type PlimsollProcess, startPlimsoll } from '../triton/plimsoll.ts';
import { profileOf } from '../triton/profile.ts';
import { NEWEST } from '../triton/releases.ts';
import { startTriton, type TritonServer } from '../triton/server.ts';
import { describeTriton, progress } from '../triton/suite.ts';
import { until } from '../wait.ts';
import { type GrpcLoad, startGrpcLoad } from './grpc-load.ts';
import { findProxies } from './programs.ts';
import { type Balancing, startBalancer } from './proxies.ts';

const { settings, intervalMs, windowMs } = profileOf(process.env);
const DEPLOYMENT = 'custom.metrics.k8s.io/v1beta2/namespaces/e2e/deployments.apps/triton';
const SKEW = 'inference_load_skew_ratio';
/** Two instances a server, so eight requests in flight keep four waiting where all are on one. */
const WORK = { model: PLAIN.name, seconds: 0.2, channels: 4, inFlight: 2 };
/** As many as both servers execute: by turns nothing waits, and all take equally long. */
const HALF = { ...WORK, channels: 2 };

interface Backend {
  readonly pod: string;
  readonly server: TritonServer;
}

function configOf(backends: readonly Backend[]): object {
  const job = ({ pod, server: { ports } }: Backend): object => ({
    job_name: pod,
    triton_api: { port: ports.http },
    static_configs: [{ targets: [`127.0.0.1:${ports.metrics}`], labels: { namespace: 'e2e', deployment: 'triton', pod } }],
  });
  return { ...settings, scrape_configs: backends.map(job) };
}

const explained = z.object({ answers: z.tuple([z.object({ warnings: z.array(z.string()).optional() })]) });

const found = await findProxies({ env: process.env, progress });

await describeTriton(NEWEST, 'two real Tritons behind balancers', (install) => {
  if (found.kind === 'skipped') return void it.skip(`needs proxies: ${found.why}`);
  const { proxies } = found;
  let old: Backend;
  let young: Backend;
  let plimsoll: PlimsollProcess;
  let hpa: Hpa;
  const resources = new AsyncDisposableStack();

  beforeAll(async () => {
    old = { pod: 'old', server: resources.use(await startTriton(install, { models: [PLAIN] })) };
    plimsoll = resources.use(await startPlimsoll(configOf([old])));
    hpa = resources.use(createHpa(plimsoll.metricsApiUrl));
  });
  afterAll(() => resources.disposeAsync());

  function addressesOf(...backends: readonly Backend[]): readonly string[] {
    return backends.map(({ server }) => `127.0.0.1:${server.ports.grpc}`);
  }

  /** The pods that the deployment has from now on. */
  async function scaleTo(backends: readonly Backend[]): Promise<void> {
    await plimsoll.configure(configOf(backends));
    await until({
      ask: async () => {
        const page = await metrics();
        return backends.every(({ pod }) => page.includes(`plimsoll_triton_inflight_requests{namespace="e2e",pod="${pod}"}`)) || undefined;
      },
      withinMs: 2 * windowMs + 10_000,
      everyMs: intervalMs,
      failure: () => plimsoll.log(),
    });
  }

  async function metrics(): Promise<string> {
    return await (await fetch(`${plimsoll.telemetryUrl}/metrics`)).text();
  }

  async function pinned(): Promise<string | undefined> {
    return /^plimsoll_connections_pinned\{namespace="e2e",resource="deployments",name="triton"\} (?<value>\d)$/m.exec(await metrics())
      ?.groups?.['value'];
  }

  async function warnings(): Promise<readonly string[]> {
    const response = await fetch(`${plimsoll.telemetryUrl}/api/plimsoll/explain?metric=${SKEW}&object=deployments.apps/e2e/triton`);
    return explained.parse(await response.json()).answers[0].warnings ?? [];
  }

  /** A whole window under this load and no other, then the mean of a few readings. */
  async function skewUnder(load: GrpcLoad, title: string): Promise<number> {
    await setTimeout(windowMs + 2 * intervalMs);
    const values: number[] = [];
    for (let reading = 0; reading < 5; reading += 1) {
      const answer = await hpa.ask(`${DEPLOYMENT}/${SKEW}`);
      values.push(answer.kind === 'value' ? answer.value : Number.NaN);
      await setTimeout(intervalMs);
    }
    progress(`  ${title}: ${SKEW} ${values.join(', ')}; ${load.answers()} answers, ${load.failures()} failures\n`);
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  }

  it('says nothing of one pod', async () => {
    let answer: Answer | undefined;
    await until({
      ask: async () => {
        answer = await hpa.ask(`${DEPLOYMENT}/${SKEW}`);
        return (answer.kind === 'refusal' && answer.message.includes('a balance takes two')) || undefined;
      },
      withinMs: windowMs + 10_000,
      everyMs: intervalMs,
      failure: () => JSON.stringify(answer),
    });
  });

  it('an L4 balancer leaves a new pod idle: skew near 2, connections pinned', async () => {
    const { ports } = await reserved();
    await using proxy = await startBalancer('connections by haproxy', {
      proxies,
      backends: [...addressesOf(old), `127.0.0.1:${ports.grpc}`],
    });
    await using load = startGrpcLoad({ ...WORK, target: proxy.address });
    await setTimeout(windowMs);
    // The answer of an autoscaler to the queue that is there by now.
    young = { pod: 'young', server: resources.use(await startTriton(install, { models: [PLAIN], ports })) };
    await scaleTo([old, young]);
    const skew = await skewUnder(load, 'connections by haproxy');
    expect(skew).toBeGreaterThan(1.9);
    expect(skew).toBeLessThanOrEqual(2);
    expect(await pinned()).toBe('1');
    expect((await warnings()).join()).toContain('scale-out brings no relief: connections are pinned to old pods');
    expect(load.failures()).toBe(0);
  });

  describe('each request is balanced', () => {
    it.each<Balancing>(['requests by haproxy', 'requests by nginx'])('%s: skew near 1', async (balancing) => {
      await using proxy = await startBalancer(balancing, { proxies, backends: addressesOf(old, young) });
      await using load = startGrpcLoad({ ...HALF, target: proxy.address });
      await expectEven(load, balancing);
    });

    it('round robin in the client over several addresses: skew near 1', async () => {
      await using load = startGrpcLoad({ ...HALF, target: `ipv4:${addressesOf(old, young).join(',')}`, isRoundRobin: true });
      await expectEven(load, 'round robin in the client');
    });

    it('a client that takes the first address leaves the other idle, whatever it knows', async () => {
      await using load = startGrpcLoad({ ...HALF, target: `ipv4:${addressesOf(old, young).join(',')}` });
      expect(await skewUnder(load, 'the first address')).toBeGreaterThan(1.9);
    });
  });

  async function expectEven(load: GrpcLoad, title: string): Promise<void> {
    expect(await skewUnder(load, title)).toBeLessThan(1.3);
    expect(await pinned()).toBe('0');
    expect(await warnings()).toEqual([]);
    expect(load.failures()).toBe(0);
  }

  /** Ports that the second server will have. */
  async function reserved(): Promise<{ readonly ports: TritonServer['ports'] }> {
    const [http = 0, grpc = 0, metricsPort = 0] = await freePorts(3);
    return { ports: { http, grpc, metrics: metricsPort } };
  }
});
