// A demo fleet behind Plimsoll, and a real Prometheus that federates it as documented.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Child, startChild } from '../child.ts';
import { freePorts } from '../ports.ts';
import { until } from '../wait.ts';
import type { PrometheusPrograms } from './programs.ts';

const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));

/** Prometheus reads more than twice as often, so that each scrape of Plimsoll's is there after two of its own. */
export const INTERVAL_S = 4;
const PROMETHEUS_INTERVAL_S = 1;

export interface Rig {
  /** Telemetry of the demo. */
  readonly plimsoll: string;
  readonly metricsApi: string;
  readonly prometheus: string;
  close(): Promise<void>;
}

/** The beginning of a configuration of Prometheus, before its jobs. */
export const GLOBAL = `global: {scrape_interval: ${PROMETHEUS_INTERVAL_S}s, scrape_timeout: ${PROMETHEUS_INTERVAL_S}s}`;

/** Of a Prometheus that federates whoever answers at these addresses. */
export function prometheusConfig(...telemetry: readonly string[]): string {
  return `${GLOBAL}
scrape_configs:
  - job_name: plimsoll
    metrics_path: /federate
    params: {'match[]': ['{__name__=~".+"}']}
    honor_labels: true
    honor_timestamps: true
    track_timestamps_staleness: true
    static_configs: [{targets: ${JSON.stringify(telemetry)}}]
`;
}

/** A Prometheus that federates whoever answers at some addresses. */
export interface Federating {
  readonly url: string;
  close(): Promise<void>;
}

/** Settles when it is ready to be asked. */
export async function startFederating({ prometheus }: PrometheusPrograms, configuration: string): Promise<Federating> {
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-prometheus-'));
  const [port] = await freePorts(1);
  await writeFile(join(folder, 'prometheus.yml'), configuration);
  const files = [`--config.file=${join(folder, 'prometheus.yml')}`, `--storage.tsdb.path=${join(folder, 'data')}`];
  const url = `http://127.0.0.1:${port}`;
  const server = startChild(prometheus, [...files, `--web.listen-address=127.0.0.1:${port}`], process.env);
  await answers(server, `${url}/-/ready`);
  return {
    url,
    close: async () => {
      await server.stop(10_000);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Settles when both are ready to be asked. `configure` says how Prometheus reads telemetry; all that is federated unless it is given. */
export async function openRig(programs: PrometheusPrograms, configure: (telemetry: string) => string = prometheusConfig): Promise<Rig> {
  const [metricsApi, telemetry = ''] = (await freePorts(2)).map((port) => `127.0.0.1:${port}`);
  const listen = [`--metrics-api-listen=${metricsApi}`, `--telemetry-listen=${telemetry}`];
  const demo = startChild(process.execPath, [MAIN, 'demo', `--scrape-interval=${INTERVAL_S}s`, ...listen], process.env);
  const [server] = await Promise.all([startFederating(programs, configure(telemetry)), answers(demo, `http://${telemetry}/livez`)]);
  return {
    plimsoll: `http://${telemetry}`,
    metricsApi: `https://${metricsApi}`,
    prometheus: server.url,
    close: async () => {
      await Promise.all([demo.stop(10_000), server.close()]);
    },
  };
}

/** Settles when somebody answers well there; rejects when the process ends. */
export async function answers(child: Child, url: string): Promise<void> {
  await until({
    ask: async () => {
      if (child.exit() !== undefined) throw new Error(`it ended: ${child.output()}`);
      return fetch(url).then(
        ({ ok }) => (ok ? true : undefined),
        () => undefined,
      );
    },
    withinMs: 60_000,
    everyMs: 200,
    failure: () => `${url} does not answer: ${child.output()}`,
  });
}
