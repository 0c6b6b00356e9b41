// A cluster's API, a real Prometheus that scrapes the samples, and both adapters before the same configuration.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Api, createApi } from '../../kubernetes/control-plane/api.ts';
import { type ControlPlane, startControlPlane } from '../../kubernetes/control-plane/control-plane.ts';
import type { Daemon } from '../../kubernetes/control-plane/daemons.ts';
import type { Programs } from '../../kubernetes/control-plane/programs.ts';
import { freePorts } from '../../ports.ts';
import { until } from '../../wait.ts';
import { createObjects } from './objects.ts';
import { serveSamples } from './samples.ts';

const MAIN = fileURLToPath(new URL('../../../../src/main.ts', import.meta.url));
/** Samples are 10 s apart; whoever looks this often has each soon. */
const SCRAPE_INTERVAL = '500ms';
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
  /** When the samples began to be scraped, on the wall clock. */
  readonly scrapedSinceMs: number;
  /** Settles when it lists metrics. */
  startAdapter(configFile: string): Promise<Running>;
  /** Settles when it listens. The file is what `writeConfig` writes. */
  startPlimsoll(configFile: string): Promise<Running>;
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
  const scrapedSinceMs = Date.now();
  await answers(server, async () => (await fetch(`http://${web}/api/v1/query?query=node_load1`)).ok);
  const resources = starting.move();
  let started = 0;

  const run = async (name: string, { command, args, port, apis }: Starting): Promise<Running> => {
    started += 1;
    const daemon = controlPlane.daemons.start({ name: `${name}-${started}`, command, args });
    const api = createApi(`https://127.0.0.1:${port}`, { caPem: controlPlane.caPem, credentials: controlPlane.admin });
    await answers(daemon, async () => {
      const answer = await Promise.all(apis.map((path) => api.request({ method: 'GET', path })));
      return answer.every(({ status, body }) => status === 200 && JSON.stringify(body).includes('"name":'));
    });
    return {
      api,
      daemon,
      stop: async () => {
        await api[Symbol.asyncDispose]();
        await daemon.stop();
      },
    };
  };
  return {
    controlPlane,
    scrapedSinceMs,
    startAdapter: async (configFile) => {
      const [port = 0] = await freePorts(1);
      const args = adapterFlags({ ...files, port, prometheusUrl: `http://${web}`, configFile });
      return await run('adapter', { command: adapter, args, port, apis: await apisOf(configFile) });
    },
    startPlimsoll: async (configFile) => {
      const [port = 0, telemetry = 0] = await freePorts(2);
      const flags = [`--metrics-api-listen=127.0.0.1:${port}`, `--telemetry-listen=127.0.0.1:${telemetry}`];
      const args = [MAIN, 'serve', '--config', files.plimsoll, ...flags, '--prometheus-adapter-config', configFile];
      return await run('plimsoll', { command: process.execPath, args, port, apis: [] });
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

interface Starting {
  readonly command: string;
  readonly args: readonly string[];
  readonly port: number;
  /** Discovery documents that list something when it has started. */
  readonly apis: readonly string[];
}
