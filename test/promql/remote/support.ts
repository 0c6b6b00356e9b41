// A Prometheus-compatible API on loopback that answers as it is told, and a remote engine that asks it.
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { configSchema, type RemoteEngineSettings } from '../../../src/config/schema.ts';
import { type Clock, systemClock } from '../../../src/lib/clock.ts';
import { type Meter, nullMeter } from '../../../src/model/meter.ts';
import { createRemoteEngine, type RemoteEngine } from '../../../src/promql/remote/engine.ts';
import { createTransport } from '../../../src/promql/remote/transport.ts';

export interface Question {
  readonly method: string;
  readonly path: string;
  readonly form: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

/** Answers in turn; the last one goes on. */
export type Script = readonly ((response: ServerResponse, question: Question) => void)[];

export interface FakeApi {
  readonly url: string;
  readonly questions: readonly Question[];
  close(): Promise<void>;
}

export async function serveApi(script: Script): Promise<FakeApi> {
  const questions: Question[] = [];
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://api');
    const body = Buffer.concat(pieces).toString();
    const form = request.method === 'POST' ? new URLSearchParams(body) : searchParams;
    const question = { method: request.method ?? '', path: pathname, form, headers: request.headers };
    questions.push(question);
    (script[questions.length - 1] ?? script.at(-1))?.(response, question);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    questions,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

export function says(json: unknown, status = 200): Script[number] {
  return (response) => {
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(json));
  };
}

export function text(body: string, head: { readonly status?: number; readonly type?: string } = {}): Script[number] {
  return (response) => {
    response.writeHead(head.status ?? 200, { 'Content-Type': head.type ?? 'application/json' });
    response.end(body);
  };
}

export type Sample = readonly [labels: Readonly<Record<string, string>>, value: string];

export function vector(samples: readonly Sample[], rest: object = {}): Script[number] {
  const result = samples.map(([metric, value]) => ({ metric, value: [1000, value] }));
  return says({ status: 'success', data: { resultType: 'vector', result }, ...rest });
}

export const ONE = vector([[{ a: 'b' }, '1']]);

export function settingsFor(url: string, rest: object = {}): RemoteEngineSettings {
  const { remote } = configSchema.parse({ engine: { remote: { url, ...rest } } }).engine;
  if (remote === undefined) throw new Error('no remote engine is configured');
  return remote;
}

export interface EngineSetup {
  readonly url: string;
  readonly settings?: object;
  readonly clock?: Clock;
  readonly meter?: Meter;
}

/** Each millisecond is a bucket of its own. */
export function engineAt({ url, settings, clock = systemClock(), meter = nullMeter }: EngineSetup): RemoteEngine {
  const parsed = settingsFor(url, settings);
  const transport = createTransport({ settings: parsed, clock, version: '1.2.3' });
  return createRemoteEngine({ settings: parsed, transport, clock, meter, bucketMs: 1, liveMs: () => 15_000, namespaces: () => [] });
}
