// A sharded process is a collector: it reads its part, derives the facts that join a node's targets, and serves telemetry only.
import { describe, expect, it } from 'vitest';
import { openServer } from '../../src/app/server.ts';
import { type Settings, settingsOf } from '../../src/app/settings.ts';
import type { KubePod } from '../../src/discovery/kubernetes/objects.ts';
import { isOfShard } from '../../src/discovery/sharding.ts';
import type { Fetch } from '../../src/model/fetch.ts';
import { kubeNode, kubePod, snapshotOf } from '../discovery/kubernetes/builders.ts';
import { ask, EPHEMERAL, type LogLine, runPlimsoll } from './support/server.ts';
import { until } from './support/wait.ts';
import { createWorld } from './support/world.ts';

const NODES = ['node-0', 'node-1', 'node-2', 'node-3', 'node-4', 'node-5'];
const COUNT = 3;
const SHARDS = [1, 2, 3].map((index) => `${index}/${COUNT}`);

/** A Triton that names no GPU and an exporter without pod labels on each node: only both together tell whose the GPU is. */
function nodeSettings(shard: string | undefined): Settings {
  const jobs = [
    { job_name: 'triton', source: 'triton', port: 8002, labels: (at: number) => ({ namespace: 'demo', pod: `triton-${at}` }) },
    { job_name: 'dcgm', source: 'dcgm', port: 9400, labels: () => ({}) },
  ].map(({ port, labels, ...job }) => ({
    ...job,
    triton_api: { enabled: false },
    static_configs: NODES.map((node, at) => ({ targets: [`10.0.${port}.${at}:${port}`], labels: { ...labels(at), node } })),
  }));
  return settingsOf('the test', [
    { path: ['scrape_configs'], value: jobs },
    ...(shard === undefined ? [] : [{ path: ['shard'], value: shard }]),
  ]);
}

const says: Fetch = async ({ source, labels }) => {
  const gpu = `GPU-of-${labels.get('node')}`;
  const text =
    source === 'triton'
      ? 'nv_inference_count{model="m",version="1"} 1\nnv_inference_exec_count{model="m",version="1"} 1\n'
      : `DCGM_FI_DEV_GPU_TEMP{gpu="0",UUID="${gpu}"} 40\n`;
  return { kind: 'body', bytes: new TextEncoder().encode(text) };
};

async function ownersSaid(shard: string | undefined): Promise<readonly string[]> {
  const { plimsoll, clock } = createWorld(nodeSettings(shard), says);
  const stop = new AbortController();
  const running = plimsoll.scraper.start(stop.signal);
  await clock.advance(30_000);
  const result = await plimsoll.engine.instant({ expr: 'gpu_owner', timeMs: clock.nowMs() });
  stop.abort();
  await running;
  return result.kind === 'vector'
    ? result.series.map(({ labels }) => `${labels.get('uuid')} ${labels.get('pod')} ${labels.get('evidence')}`)
    : [];
}

it('facts that join targets of a node are those of a process that reads all', async () => {
  const whole = await ownersSaid(undefined);
  expect(whole.toSorted()).toEqual(NODES.map((node, at) => `GPU-of-${node} triton-${at} only-gpu-pod`));
  const parts = await Promise.all(SHARDS.map(ownersSaid));
  expect(parts.flat().toSorted()).toEqual(whole.toSorted());
});

it('a shard reads the targets of its nodes, and knows how many it leaves to others', () => {
  const worlds = SHARDS.map((shard) => createWorld(nodeSettings(shard), says).plimsoll);
  const read = worlds.map(({ scraper }) => [...scraper.book.all()].map(({ target }) => target.id));
  expect(new Set(read.flat()).size).toBe(2 * NODES.length);
  expect(worlds.map(({ shard }, at) => (shard?.elsewhere() ?? 0) + (read[at]?.length ?? 0))).toEqual(Array(COUNT).fill(2 * NODES.length));
  expect(worlds.map(({ inventory }) => inventory().allPods().length)).toEqual(read.map((ids) => ids.length / 2));
  expect(createWorld(nodeSettings(undefined), says).plimsoll.shard).toBeUndefined();
});

it('a reload with another shard changes nothing until the next start', () => {
  const { plimsoll } = createWorld(nodeSettings('1/3'), says);
  const ids = () => [...plimsoll.scraper.book.all()].map(({ target }) => target.id);
  const before = ids();
  plimsoll.apply(nodeSettings('2/3'));
  expect(ids()).toEqual(before);
  expect(plimsoll.shard).toMatchObject({ index: 1, count: 3 });
});

it('in a cluster pods and kubelets go by their node', () => {
  const settings = (index: number): Settings =>
    settingsOf('the test', [
      { path: ['kubernetes', 'enabled'], value: true },
      { path: ['shard'], value: `${index}/2` },
      {
        path: ['scrape_configs'],
        value: [
          { job_name: 'triton', kubernetes_sd_configs: [{ role: 'pod' }] },
          { job_name: 'kubelet', source: 'kubelet', kubernetes_sd_configs: [{ role: 'node' }] },
        ],
      },
    ]);
  const pods = NODES.map((node, at): KubePod => {
    const containers = [{ name: 'triton', ports: [{ number: 8002 }] }];
    return { ...kubePod(`triton-${at}`, { containers, ips: [`10.1.0.${at}`] }), node };
  });
  const nodes = NODES.map((name, at) => kubeNode(name, { addresses: [`10.2.0.${at}`] }));
  for (const index of [1, 2]) {
    const cluster = { snapshot: () => snapshotOf({ pods, nodes }), isSynced: () => true, unreadable: () => [] };
    const { plimsoll } = createWorld(settings(index), says, cluster);
    const ours = NODES.filter((node) => isOfShard(node, { index, count: 2 }));
    const found = [...plimsoll.scraper.book.all()].map(({ target }) => `${target.job} ${target.labels.get('node')}`);
    expect(found.toSorted()).toEqual([...ours.map((node) => `kubelet ${node}`), ...ours.map((node) => `triton ${node}`)].toSorted());
    expect(
      plimsoll
        .inventory()
        .allPods()
        .map(({ node }) => node),
    ).toEqual(ours);
    expect(plimsoll.shard?.elsewhere()).toBe(2 * (NODES.length - ours.length));
  }
});

describe('a server', () => {
  const settings = (shard: string): Settings =>
    settingsOf('the test', [
      ...EPHEMERAL,
      { path: ['shard'], value: shard },
      { path: ['scrape', 'interval'], value: '200ms' },
      {
        path: ['scrape_configs'],
        value: [{ job_name: 'triton', static_configs: NODES.map((node, at) => ({ targets: [`127.0.0.1:${at + 1}`], labels: { node } })) }],
      },
    ]);

  it('has telemetry and no metrics API, and says which part it is at the start, in health and on the page', async () => {
    const { server, logged, stop } = await runPlimsoll(settings('2/3'));
    const ours = NODES.filter((node) => isOfShard(node, { index: 2, count: 3 })).length;
    const others = NODES.length - ours;
    expect(server.metricsApiUrl).toBe('');
    const told = await until('the line', () => logged.find(({ msg }) => msg.startsWith('a collector')));
    expect(told).toMatchObject({ level: 'info', shard: '2/3', targets: ours, elsewhere: others } satisfies Partial<LogLine>);
    expect(logged.find(({ msg }) => msg === 'listening')).not.toHaveProperty('metricsApi');
    const line = `[+] shard: 2/3: ${ours} targets read here, ${others} left to others\n`;
    for (const path of ['livez', 'readyz']) expect((await ask(`${server.telemetryUrl}/${path}?verbose`)).body).toContain(line);
    const { body } = await ask(`${server.telemetryUrl}/metrics`);
    expect(body).toContain('plimsoll_shard_info{shard="2/3"} 1\n');
    expect(body).toContain(`plimsoll_shard_targets{read="here"} ${ours}\n`);
    expect(body).toContain(`plimsoll_shard_targets{read="elsewhere"} ${others}\n`);
    expect((await ask(`${server.telemetryUrl}/federate?match[]=up`)).code).toBe(200);
    await stop();
    expect(logged.at(-1)?.msg).toBe('stopped');
  });

  it('asks nobody who may ask a metrics API that it has not', async () => {
    const { config, targets } = settings('1/3');
    const kube = { server: 'https://none', request: refuse, watch: refuse, close: async () => {} };
    const shared = { ...config, metrics_api: { ...config.metrics_api, authentication: 'delegated' as const } };
    const server = await openServer({ settings: { config: shared, targets }, version: '0', writeLog: () => {}, kube });
    const stop = AbortSignal.timeout(50);
    await server.run(stop);
  });
});

function refuse(): never {
  throw new Error('nothing is asked here');
}
