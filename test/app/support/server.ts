// A whole Plimsoll on ports of the system's choice, its log kept, and questions to its faces.

import { once } from 'node:events';
import { get as getPlain } from 'node:http';
import { get as getSecure } from 'node:https';
import { openServer, type Server, type ServerOptions } from '../../../src/app/server.ts';
import { type Settings, settingsOf } from '../../../src/app/settings.ts';
import type { Override } from '../../../src/config/parse.ts';

export const EPHEMERAL: readonly Override[] = [
  { path: ['metrics_api', 'listen'], value: '127.0.0.1:0' },
  { path: ['telemetry', 'listen'], value: '127.0.0.1:0' },
];

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface Running {
  readonly server: Server;
  readonly logged: readonly LogLine[];
  /** Of `run`. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export interface Opened {
  readonly server: Server;
  readonly logged: readonly LogLine[];
}

export async function openPlimsoll(settings: Settings, rest: Pick<ServerOptions, 'follow' | 'kube'> = {}): Promise<Opened> {
  const logged: LogLine[] = [];
  const writeLog = (line: string): void => void logged.push(JSON.parse(line));
  return { server: await openServer({ settings, version: '1.2.3', writeLog, ...rest }), logged };
}

export async function runPlimsoll(settings: Settings, rest: Pick<ServerOptions, 'follow' | 'kube'> = {}): Promise<Running> {
  const { server, logged } = await openPlimsoll(settings, rest);
  const stop = new AbortController();
  const ended = server.run(stop.signal);
  return {
    server,
    logged,
    ended,
    stop: async () => {
      stop.abort();
      await ended;
    },
  };
}

export interface Pod {
  readonly name: string;
  readonly port: number;
  /** More settings of its job. */
  readonly job?: object;
}

/** A Triton for each pod, all of namespace `demo`, each a job of its own; their one model is known to be a leaf. */
export function tritonSettings(pods: readonly Pod[], overrides: readonly Override[] = []): Settings {
  const jobs = pods.map(({ name, port, job }) => ({
    job_name: name,
    ...job,
    static_configs: [{ targets: [`127.0.0.1:${port}`], labels: { namespace: 'demo', pod: name } }],
  }));
  return settingsOf('the test', [
    ...EPHEMERAL,
    { path: ['models'], value: { m: { kind: 'leaf' } } },
    { path: ['scrape_configs'], value: jobs },
    ...overrides,
  ]);
}

export interface Answer {
  readonly code: number | undefined;
  readonly body: string;
}

/** Over a connection of its own, which ends with the answer. */
export async function ask(url: string): Promise<Answer> {
  const asked = url.startsWith('https:') ? getSecure(url, { agent: false, rejectUnauthorized: false }) : getPlain(url, { agent: false });
  const [response] = await once(asked, 'response');
  let body = '';
  for await (const chunk of response.setEncoding('utf8')) body += chunk;
  return { code: response.statusCode, body };
}

export function askPod({ metricsApiUrl }: Server, { pod, metric }: { pod: string; metric: string }): Promise<Answer> {
  return ask(`${metricsApiUrl}/apis/custom.metrics.k8s.io/v1beta2/namespaces/demo/pods/${pod}/${metric}`);
}
