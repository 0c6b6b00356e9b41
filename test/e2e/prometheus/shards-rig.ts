// Tritons of several nodes, collectors that share them, a real Prometheus that federates the collectors, and replicas of the metrics API that ask it.
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isOfShard } from '../../../src/discovery/sharding.ts';
import { type Child, startChild } from '../child.ts';
import { freePorts } from '../ports.ts';
import type { PrometheusPrograms } from './programs.ts';
import { answers, type Federating, prometheusConfig, startFederating } from './rig.ts';

const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));

export const COLLECTORS = 3;
const REPLICAS = 2;
const NODES_PER_COLLECTOR = 2;
/** Prometheus reads collectors every second. */
export const INTERVAL_MS = 2000;
/** Of each pod: so a sum that is estimated is the sum. */
export const WAITING = 3;

export interface Collector {
  readonly telemetry: string;
  kill(): Promise<void>;
}

export interface Answer {
  readonly code: number | undefined;
  readonly body: string;
}

export interface ShardsRig {
  readonly nodes: readonly string[];
  /** By the number of its shard, from 1. */
  readonly collectors: readonly Collector[];
  readonly replicas: number;
  /** Ends the collector at this place, if it still runs, and starts one of the shard there. */
  restart(place: number, shard: string): Promise<void>;
  /** What a replica says below `/apis/custom.metrics.k8s.io/v1beta2/namespaces/demo/`. */
  ask(replica: number, path: string): Promise<Answer>;
  close(): Promise<void>;
}

export async function openShardsRig(programs: PrometheusPrograms): Promise<ShardsRig> {
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-shards-'));
  const nodes = nodesOfAllShards();
  const tritons = await Promise.all(nodes.map(serveTriton));
  const ports = await freePorts(COLLECTORS + 2 * REPLICAS);
  const addresses = ports.map((port) => `127.0.0.1:${port}`);
  const collectorAddresses = addresses.slice(0, COLLECTORS);
  const config = join(folder, 'collectors.yaml');
  await writeFile(config, collectorConfig(nodes, tritons));
  const collectors = collectorAddresses.map((telemetry, at) => startCollector({ config, telemetry, shard: `${at + 1}/${COLLECTORS}` }));
  const prometheus = await startFederating(programs, prometheusConfig(...collectorAddresses));
  const replicas = await Promise.all(
    Array.from({ length: REPLICAS }, async (_, at) => {
      const [metricsApi = '', telemetry = ''] = addresses.slice(COLLECTORS + 2 * at);
      const file = join(folder, `replica-${at}.yaml`);
      await writeFile(file, replicaConfig(prometheus));
      return startReplica({ config: file, metricsApi, telemetry });
    }),
  );
  await Promise.all([
    ...collectors.map(({ child, telemetry }) => answers(child, `http://${telemetry}/livez`)),
    ...replicas.map(({ child, telemetry }) => answers(child, `http://${telemetry}/livez`)),
  ]);
  return {
    nodes,
    collectors: collectorAddresses.map((telemetry, at) => ({ telemetry, kill: async () => void (await collectors[at]?.child.kill()) })),
    replicas: REPLICAS,
    restart: async (place, shard) => {
      const telemetry = collectorAddresses[place] ?? '';
      await collectors[place]?.child.stop(10_000);
      const started = startCollector({ config, telemetry, shard });
      collectors[place] = started;
      await answers(started.child, `http://${telemetry}/livez`);
    },
    ask: (replica, path) => askOver(replicas[replica]?.metricsApi ?? '', path),
    close: async () => {
      await Promise.all([...collectors, ...replicas].map(({ child }) => child.stop(10_000)));
      await Promise.all([prometheus.close(), ...tritons.map(closed)]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** As many of each shard: names are taken in their order. */
function nodesOfAllShards(): readonly string[] {
  const wanted = Array.from({ length: COLLECTORS }, (_, at) => ({ shard: { index: at + 1, count: COLLECTORS }, nodes: [] as string[] }));
  for (let number = 0; wanted.some(({ nodes }) => nodes.length < NODES_PER_COLLECTOR); number += 1) {
    const name = `node-${number}`;
    const place = wanted.find(({ shard }) => isOfShard(name, shard));
    if (place !== undefined && place.nodes.length < NODES_PER_COLLECTOR) place.nodes.push(name);
  }
  return wanted.flatMap(({ nodes }) => nodes);
}

async function serveTriton(): Promise<Server> {
  const counters = ['count', 'exec_count', 'request_success', 'request_duration_us'].map(
    (name) => `nv_inference_${name}{model="m",version="1"} 5\n`,
  );
  const text = `${counters.join('')}nv_inference_pending_request_count{model="m",version="1"} ${WAITING}\n`;
  const server = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/plain');
    response.end(text);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function collectorConfig(nodes: readonly string[], tritons: readonly Server[]): string {
  const targets = nodes.map((node, at) => ({
    targets: [`127.0.0.1:${portOf(tritons[at])}`],
    labels: { namespace: 'demo', pod: `triton-on-${node}`, deployment: 'triton', node },
  }));
  return JSON.stringify({
    scrape: { interval: `${INTERVAL_MS}ms` },
    scrape_configs: [{ job_name: 'triton', triton_api: { enabled: false }, static_configs: targets }],
  });
}

function portOf(server: Server | undefined): number {
  const address = server?.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function replicaConfig({ url }: Federating): string {
  return JSON.stringify({ scrape: { interval: `${INTERVAL_MS}ms` }, engine: { remote: { url } } });
}

interface StartedCollector {
  readonly child: Child;
  readonly telemetry: string;
}

function startCollector({
  config,
  telemetry,
  shard,
}: {
  readonly config: string;
  readonly telemetry: string;
  readonly shard: string;
}): StartedCollector {
  const child = startChild(
    process.execPath,
    [MAIN, 'serve', '--config', config, '--shard', shard, '--telemetry-listen', telemetry],
    process.env,
  );
  return { child, telemetry };
}

interface StartedReplica {
  readonly child: Child;
  readonly metricsApi: string;
  readonly telemetry: string;
}

function startReplica({
  config,
  metricsApi,
  telemetry,
}: {
  readonly config: string;
  readonly metricsApi: string;
  readonly telemetry: string;
}): StartedReplica {
  const listen = ['--metrics-api-listen', metricsApi, '--telemetry-listen', telemetry];
  return { child: startChild(process.execPath, [MAIN, 'serve', '--config', config, ...listen], process.env), metricsApi, telemetry };
}

async function askOver(address: string, path: string): Promise<Answer> {
  const url = `https://${address}/apis/custom.metrics.k8s.io/v1beta2/namespaces/demo/${path}`;
  const asked = request(url, { agent: false, rejectUnauthorized: false });
  asked.end();
  const [response] = await once(asked, 'response');
  let body = '';
  for await (const chunk of response.setEncoding('utf8')) body += chunk;
  return { code: response.statusCode, body };
}

async function closed(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}
