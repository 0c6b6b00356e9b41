// The peers of Plimsoll on loopback, each with a number that somebody watches.
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { gzipSync } from 'node:zlib';
import { selfSignedCertificate } from '../../src/tls/self-signed.ts';
import type { Said } from './said.ts';

export interface Peer extends AsyncDisposable {
  readonly port: number;
}

/** A server of nothing but this. */
export async function listen(listener: RequestListener, { isSecure = false } = {}): Promise<Peer> {
  const server: Server = isSecure ? createSecureServer(await certificate(), listener) : createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    [Symbol.asyncDispose]: async () => {
      if (!server.listening) return;
      const closed = once(server.close(), 'close');
      server.closeAllConnections();
      await closed;
    },
  };
}

async function certificate(): Promise<{ readonly cert: string; readonly key: string }> {
  const { certPem, keyPem } = await selfSignedCertificate({ hosts: ['127.0.0.1'], notBefore: new Date(Date.now() - 1000), days: 1 });
  return { cert: certPem, key: keyPem };
}

/** Two models, so that half an answer would be half the pod. */
export const MODELS = ['one', 'two'];
/** Of each model. */
export const INSTANCES = 2;
/** Share of the time that each instance executes. */
export const BUSY = 0.5;
/** Requests a second that each model answers. */
export const REQUESTS = 1;

/** What a Triton says of two models, each with so many requests waiting. */
function tritonText(pending: number): string {
  const counters = ['count', 'exec_count', 'request_duration_us', 'queue_duration_us', 'compute_infer_duration_us'];
  // As long as it is at first for as long as anybody looks: faults are at a place in the answer.
  const requests = (1_000_000 + (performance.now() / 1000) * REQUESTS).toFixed(3);
  const families = [
    ...counters.map((name) => [name, 'counter', 1000] as const),
    ['request_success', 'counter', requests] as const,
    ['pending_request_count', 'gauge', pending] as const,
  ];
  return families
    .flatMap(([name, type, value]) => [
      `# TYPE nv_inference_${name} ${type}\n`,
      ...MODELS.map((model) => `nv_inference_${name}{model="${model}",version="1"} ${value}\n`),
    ])
    .join('');
}

/** Says how long its answer is, as Triton does. */
export function framed(said: Said): RequestListener {
  return (_request, response) => {
    const text = tritonText(said.say());
    response.writeHead(200, { 'content-type': 'text/plain', 'content-length': Buffer.byteLength(text) }).end(text);
  };
}

/** Tells the end of its answer by closing the connection, as servers of HTTP/1.0 do. */
export function unframed(said: Said): RequestListener {
  return (_request, response) => {
    response.shouldKeepAlive = false;
    response.useChunkedEncodingByDefault = false;
    response.writeHead(200, { 'content-type': 'text/plain' }).end(tritonText(said.say()));
  };
}

/** In chunks, as Go's servers do. */
export function exporter(said: Said, { pod }: { readonly pod: string }): RequestListener {
  return (_request, response) => {
    const device = `gpu="0",UUID="GPU-${pod}",namespace="demo",pod="${pod}",container="c"`;
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.write(`# TYPE DCGM_FI_DEV_GPU_TEMP gauge\nDCGM_FI_DEV_GPU_TEMP{${device}} 61\n`);
    response.end(`# TYPE DCGM_FI_DEV_POWER_USAGE gauge\nDCGM_FI_DEV_POWER_USAGE{${device}} ${said.say()}\n`);
  };
}

/** Compressed, with the times of its samples. */
export function kubelet(said: Said, { pod }: { readonly pod: string }): RequestListener {
  return (_request, response) => {
    const atMs = Date.now();
    const lines = [
      `node_cpu_usage_seconds_total ${atMs / 1000} ${atMs}`,
      `pod_cpu_usage_seconds_total{namespace="demo",pod="${pod}"} ${atMs / 1000} ${atMs}`,
      `pod_memory_working_set_bytes{namespace="demo",pod="${pod}"} ${said.say()} ${atMs}`,
    ];
    response.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': 'gzip' }).end(gzipSync(`${lines.join('\n')}\n`));
  };
}

/** A Triton's own API: two models with two instances each, busy half of the time. */
export const tritonApi: RequestListener = ({ url = '' }, response) => {
  const json = (value: unknown): void => void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  if (url === '/v2/models/stats') json({ model_stats: MODELS.map(statistics) });
  else if (url.endsWith('/config')) json(configuration(url.split('/')[3] ?? ''));
  else response.writeHead(200).end();
};

function statistics(name: string): object {
  const ns = Math.round(Date.now() * 1e6 * BUSY * INSTANCES);
  const nothing = { count: 0, ns: 0 };
  const steps = { compute_input: nothing, compute_infer: { count: 1, ns }, compute_output: nothing };
  return { name, version: '1', inference_count: 1, execution_count: 1, batch_stats: [{ batch_size: 1, ...steps }] };
}

function configuration(name: string): object {
  return { name, max_batch_size: 0, instance_group: [{ name: `${name}_0`, kind: 'KIND_CPU', count: INSTANCES, gpus: [] }] };
}
