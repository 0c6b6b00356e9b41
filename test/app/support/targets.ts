// Real servers on loopback that answer scrapes: well, badly, or not at all.
import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';

export interface Served {
  readonly port: number;
  close(): Promise<void>;
}

/** Open until the test ends. */
export async function serve(listener: RequestListener): Promise<Served> {
  const served = await listenOn(listener);
  onTestFinished(() => served.close());
  return served;
}

export async function listenOn(listener: RequestListener): Promise<Served> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A Triton that serves one model, with so many requests waiting. */
export function tritonText(pending: number): string {
  const counters = ['count', 'exec_count', 'request_success', 'request_duration_us', 'queue_duration_us', 'compute_infer_duration_us'];
  const samples = [...counters.map((name) => [name, 1000]), ['pending_request_count', pending]];
  return samples
    .map(([name, value]) => `# TYPE nv_inference_${name} counter\nnv_inference_${name}{model="m",version="1"} ${value}\n`)
    .join('');
}

export function says(
  text: string | Uint8Array,
  headers: Readonly<Record<string, string>> = { 'content-type': 'text/plain' },
): RequestListener {
  return (_request, response) => void response.writeHead(200, headers).end(text);
}

export function answers(status: number): RequestListener {
  return (_request, response) => void response.writeHead(status, { 'content-type': 'text/plain' }).end(tritonText(1));
}

export const hangs: RequestListener = () => {};

const LINE = tritonText(1);
const MEBIBYTE = 1024 * 1024;
const DRIP_MS = 20;

/** Bytes that are no text, the same ones at each run; no line feed is among them twice in a row. */
export function garbage(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 167 + (index >> 8) * 31) & 0xff);
}

/** 64 MiB of zeros in 64 KiB. */
export function bomb(): RequestListener {
  return says(gzipSync(new Uint8Array(64 * MEBIBYTE)), { 'content-type': 'text/plain', 'content-encoding': 'gzip' });
}

/** Announces 5 GB and begins to send them. */
export const announcesTooMuch: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-type': 'text/plain', 'content-length': '5000000000' }).write(LINE);
};

/** Sends for as long as somebody reads; `sent` is told of every piece. */
export function streamsForEver(sent: (bytes: number) => void): RequestListener {
  const piece = Buffer.from(LINE.repeat(256));
  const push = (response: ServerResponse): void => {
    let wanted = true;
    while (wanted && !response.destroyed) {
      sent(piece.length);
      wanted = response.write(piece);
    }
  };
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.on('drain', () => push(response));
    push(response);
  };
}

/** One line every 20 ms, without an end. */
export const drips: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-type': 'text/plain' });
  const timer = setInterval(() => response.write('# drip\n'), DRIP_MS);
  response.once('close', () => clearInterval(timer));
};

export const breaksOff: RequestListener = (request, response) => {
  response.writeHead(200, { 'content-type': 'text/plain', 'content-length': '100000' });
  response.write(LINE, () => request.socket.destroy());
};

/** A port of loopback where nobody listens. */
export async function closedPort(): Promise<number> {
  const served = await listenOn(hangs);
  await served.close();
  return served.port;
}
