// A cluster's API, a real Prometheus that scrapes the samples, and both adapters before the same configuration.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import * as z from 'zod';
import { startChild } from '../../child.ts';
import { type Api, createApi } from '../../kubernetes/control-plane/api.ts';
import { type ControlPlane, startControlPlane } from '../../kubernetes/control-plane/control-plane.ts';
import type { Daemon } from '../../kubernetes/control-plane/daemons.ts';
import type { Programs } from '../../kubernetes/control-plane/programs.ts';
import { freePorts } from '../../ports.ts';
import { until } from '../../wait.ts';
import { adapterFlags, documentsOf, writeFiles } from './files.ts';
import { createObjects } from './objects.ts';
import { serveSamples } from './samples.ts';

const MAIN = fileURLToPath(new URL('../../../../src/main.ts', import.meta.url));
const EXTERNAL = '/apis/external.metrics.k8s.io/v1beta1';
/** How the external metrics begin that say which configuration is in force. */
export const MARKER = 'configured_';
const rulesSchema = z.looseObject({ externalRules: z.array(z.unknown()).optional() });
/** Both need a second or two; a busy machine takes longer. */
const START_MS = 60_000;

export interface RigPrograms {
  readonly controlPlane: Programs;
  readonly prometheus: string;
  readonly adapter: string;
}

/** An adapter that answers. */
export interface Running {
  readonly api: Api;
  readonly daemon: Daemon;
  stop(): Promise<void>;
}

export interface Rig extends AsyncDisposable {
  readonly controlPlane: ControlPlane;
  /** Settles when it lists metrics. */
  startAdapter(configFile: string): Promise<Running>;
  /** It begins with a configuration of one rule. Settles when it lists that. */
  startPlimsoll(): Promise<Running>;
  /** Gives the running Plimsoll another file; settles when it serves that. */
  configure(plimsoll: Running, configFile: string): Promise<void>;
  /** `plimsoll check FILE`, however it ends; both streams in one. */
  check(configFile: string): Promise<{ readonly code: number | undefined; readonly output: string }>;
}

/** Settles when Prometheus and the API answer and the objects exist. */
export async function startRig({ controlPlane: programs, prometheus, adapter }: RigPrograms): Promise<Rig> {
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-adapter-'));
  await using starting = new AsyncDisposableStack();
  starting.defer(() => rm(folder, { recursive: true, force: true }));
  const controlPlane = starting.use(await startControlPlane({ programs, folder }));
  await createObjects(controlPlane.api);
  const [samplesPort = 0, prometheusPort = 0] = await freePorts(2);
  starting.use(await serveSamples(samplesPort));
  const files = await writeFiles(controlPlane, samplesPort);
  const web = `127.0.0.1:${prometheusPort}`;
  const data = [`--config.file=${files.prometheus}`, `--storage.tsdb.path=${join(folder, 'data')}`];
  const server = controlPlane.daemons.start({ name: 'prometheus', command: prometheus, args: [...data, `--web.listen-address=${web}`] });
  await answers(server, async () => (await fetch(`http://${web}/api/v1/query?query=node_load1`)).ok);
  const resources = starting.move();
  let started = 0;

  const run = async (name: string, { command, args, port, listing }: Starting): Promise<Running> => {
    started += 1;
    const daemon = controlPlane.daemons.start({ name: `${name}-${started}`, command, args });
    const api = createApi(`https://127.0.0.1:${port}`, { caPem: controlPlane.caPem, credentials: controlPlane.admin });
    await lists(daemon, api, listing);
    return {
      api,
      daemon,
      stop: async () => {
        await api[Symbol.asyncDispose]();
        await daemon.stop();
      },
    };
  };
  const followed = join(folder, 'rules.yaml');
  let configured = 0;
  const configure = async (text: string): Promise<string> => {
    configured += 1;
    const marker = `${MARKER}${configured}`;
    await writeFile(followed, marked(text, marker));
    return marker;
  };
  return {
    controlPlane,
    startAdapter: async (configFile) => {
      const [port = 0] = await freePorts(1);
      const args = adapterFlags({ ...files, port, prometheusUrl: `http://${web}`, configFile });
      const documents = await documentsOf(configFile);
      return await run('adapter', { command: adapter, args, port, listing: documents.map((path) => ({ path, what: '"name":' })) });
    },
    startPlimsoll: async () => {
      const [port = 0, telemetry = 0] = await freePorts(2);
      const flags = [`--metrics-api-listen=127.0.0.1:${port}`, `--telemetry-listen=127.0.0.1:${telemetry}`];
      const marker = await configure('{}');
      const args = [MAIN, 'serve', '--config', files.plimsoll, ...flags, '--prometheus-adapter-config', followed];
      return await run('plimsoll', { command: process.execPath, args, port, listing: [{ path: EXTERNAL, what: marker }] });
    },
    configure: async ({ api, daemon }, configFile) => {
      const marker = await configure(await readFile(configFile, 'utf8'));
      await lists(daemon, api, [{ path: EXTERNAL, what: marker }]);
    },
    check: async (configFile) => {
      const child = startChild(process.execPath, [MAIN, 'check', configFile], process.env);
      await until({ ask: async () => child.exit(), withinMs: START_MS, everyMs: 50, failure: () => 'plimsoll check does not end' });
      return { code: child.exit()?.code ?? undefined, output: child.output() };
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** A discovery document, and a text that is in it once something has started. */
interface Listing {
  readonly path: string;
  readonly what: string;
}

interface Starting {
  readonly command: string;
  readonly args: readonly string[];
  readonly port: number;
  readonly listing: readonly Listing[];
}

async function lists(daemon: Daemon, api: Api, listing: readonly Listing[]): Promise<void> {
  await answers(daemon, async () => {
    const answer = await Promise.all(listing.map(({ path }) => api.request({ method: 'GET', path })));
    return answer.every(({ status, body }, index) => status === 200 && JSON.stringify(body).includes(listing[index]?.what ?? ''));
  });
}

/** The same with an external metric by whose name one sees that this is the configuration in force. */
function marked(text: string, marker: string): string {
  const { externalRules = [], ...rest } = rulesSchema.parse(parse(text));
  const rule = { seriesQuery: 'node_load1', resources: { namespaced: false }, name: { as: marker }, metricsQuery: 'max(node_load1)' };
  return stringify({ ...rest, externalRules: [...externalRules, rule] });
}

async function answers(daemon: Daemon, ask: () => Promise<boolean>): Promise<void> {
  await until({
    ask: async () => {
      if (daemon.ended() !== undefined) throw new Error(`${daemon.name} ended (${daemon.ended()}):\n${await daemon.lastWords()}`);
      return (await ask().catch(() => false)) || undefined;
    },
    withinMs: START_MS,
    everyMs: 200,
    failure: () => `${daemon.name} does not answer after ${START_MS} ms; its log is ${daemon.logFile}`,
  });
}
