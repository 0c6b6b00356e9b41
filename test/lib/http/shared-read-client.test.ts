// One buffer for the reads of all connections: whatever comes in between, each answer keeps its own bytes.
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BodyBuffers } from '../../../src/lib/http/body-buffers.ts';
import { createHttpClient } from '../../../src/lib/http/client.ts';
import { exchange } from '../../../src/lib/http/exchange.ts';
import { createReadBuffers, SharedReadClient } from '../../../src/lib/http/shared-read-client.ts';
import { VirtualClock } from '../../../src/lib/virtual-clock.ts';

type Say = (socket: Socket) => void | Promise<void>;

/** A server that says the same to each request; its origin. */
async function serve(say: Say): Promise<string> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket.setNoDelay(true).on('error', () => {}));
    socket.on('data', () => void say(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

/** In pieces, each of which is read before the next is sent. */
async function inPieces(socket: Socket, { text, bytes }: { readonly text: string; readonly bytes: number }): Promise<void> {
  for (let at = 0; at < text.length && !socket.destroyed; at += bytes) {
    socket.write(text.slice(at, at + bytes));
    await setImmediate();
    await setTimeout(1);
  }
}

/** Begins as its body does: a head that was overwritten while it came would show. */
function head(body: string): string {
  return `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-Start: ${body.slice(0, 9).trim()}\r\n`;
}

function answer(body: string, headers = ''): string {
  return `${head(body)}${headers}Content-Length: ${body.length}\r\n\r\n${body}`;
}

function chunked(body: string, trailer = ''): string {
  const half = Math.ceil(body.length / 2);
  const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;
  return `${head(body)}Transfer-Encoding: chunked\r\n\r\n${chunk(body.slice(0, half))}${chunk(body.slice(half))}0\r\n${trailer}\r\n`;
}

interface Case {
  readonly name: string;
  readonly body: string;
  readonly say: Say;
}

const LONG_HEADER = `X-Long: ${'h'.repeat(5000)}\r\n`;
const EARLY_HINTS = `HTTP/1.1 103 Early Hints\r\nLink: <${'l'.repeat(3000)}>\r\n\r\n`;

const CASES: readonly Case[] = [
  whole('short', 'a'.repeat(10)),
  whole('as long as the first read', 'b'.repeat(2048)),
  whole('of a usual length', 'c'.repeat(34_000)),
  whole('huge', 'd'.repeat(3_000_000)),
  whole('empty lines in it', '\r\n\r\n'.repeat(10_000)),
  {
    name: 'a head longer than the first read',
    body: 'e'.repeat(40_000),
    say: (socket) => void socket.write(answer('e'.repeat(40_000), LONG_HEADER)),
  },
  {
    name: 'early hints before it',
    body: 'f'.repeat(40_000),
    say: (socket) => void socket.write(`${EARLY_HINTS}${answer('f'.repeat(40_000))}`),
  },
  slow('a head that drips', { body: 'g'.repeat(9), text: answer('g'.repeat(9)), bytes: 3 }),
  slow('early hints that drip', { body: 'h'.repeat(9), text: `${EARLY_HINTS.slice(0, 60)}>\r\n\r\n${answer('h'.repeat(9))}`, bytes: 7 }),
  slow('a body that drips', { body: 'i'.repeat(3000), text: answer('i'.repeat(3000)), bytes: 150 }),
  slow('chunks', { body: 'j'.repeat(30_000), text: chunked('j'.repeat(30_000)), bytes: 1111 }),
  slow('trailers', { body: 'k'.repeat(300), text: chunked('k'.repeat(300), 'X-Sum: 7\r\nX-More: 1\r\n'), bytes: 11 }),
];

function whole(name: string, body: string): Case {
  return { name, body, say: (socket) => void socket.write(answer(body)) };
}

function slow(name: string, { body, text, bytes }: { readonly body: string; readonly text: string; readonly bytes: number }): Case {
  return { name, body, say: (socket) => inPieces(socket, { text, bytes }) };
}

async function createRead(): Promise<(origin: string) => Promise<string>> {
  const client = createHttpClient({ connectTimeoutMs: 1000 }, new VirtualClock());
  onTestFinished(() => client.close());
  const { dispatcher } = await client.session();
  const buffers = new BodyBuffers();
  return async (origin) => {
    const outcome = await exchange({
      dispatcher,
      origin,
      path: '/',
      headers: {},
      signal: new AbortController().signal,
      maxBytes: 10_000_000,
      buffers,
      wantsBody: () => true,
    });
    if (outcome.kind !== 'response') return `${outcome.kind} ${'error' in outcome ? outcome.error.message : ''}`;
    const text = new TextDecoder('latin1').decode(outcome.body.bytes);
    outcome.body.release();
    const start = text.slice(0, 9).trim();
    return outcome.head.headers['x-start'] === start ? text : `a head that says ${outcome.head.headers['x-start']}`;
  };
}

/** A difference in megabytes is not to be printed. */
function sameText(read: string, said: string): string {
  return read === said ? 'as said' : `${read.length} bytes: ${read.slice(0, 100)}…`;
}

it.each(CASES)('reads what is said: $name', async ({ body, say }) => {
  const read = await createRead();
  const origin = await serve(say);
  for (let scrape = 0; scrape < 3; scrape += 1) expect(sameText(await read(origin), body)).toBe('as said');
});

it('keeps the answers of many connections apart, whatever comes in between', async () => {
  const read = await createRead();
  const origins = await Promise.all(CASES.map(({ say }) => serve(say)));
  const scrapes = CASES.map(async ({ name, body }, at) => {
    const said: string[] = [];
    for (let scrape = 0; scrape < 4; scrape += 1) said.push(`${name}: ${sameText(await read(origins[at] ?? ''), body)}`);
    return said;
  });
  expect((await Promise.all(scrapes)).flat()).toEqual(CASES.flatMap(({ name }) => Array(4).fill(`${name}: as said`)));
});

describe('a handler that pauses', () => {
  it.each([{ when: 'start' }, { when: 'data' }] as const)('at the $when finds its bytes later', async ({ when }) => {
    const body = Array.from({ length: 60_000 }, (_, at) => String(at % 10)).join('');
    const buffers = createReadBuffers();
    const client = { keepAliveTimeout: 1000, allowH2: false };
    const open = (origin: string): SharedReadClient => {
      const one = new SharedReadClient(origin, { client, connectTimeoutMs: 1000, buffers });
      onTestFinished(() => one.destroy());
      return one;
    };
    const paused = new PausingReader(when);
    open(await serve((socket) => void socket.write(answer(body)))).dispatch({ path: '/', method: 'GET' }, paused);
    const controller = await paused.controller;
    const other = new PausingReader('never');
    open(await serve((socket) => void socket.write(answer('x'.repeat(200_000))))).dispatch({ path: '/', method: 'GET' }, other);
    expect(sameText(await other.text, 'x'.repeat(200_000))).toBe('as said');
    controller.resume();
    expect(sameText(await paused.text, body)).toBe('as said');
  });
});

class PausingReader implements Dispatcher.DispatchHandler {
  readonly #when: 'start' | 'data' | 'never';
  readonly #paused = Promise.withResolvers<Dispatcher.DispatchController>();
  readonly #read = Promise.withResolvers<string>();
  #hasPaused = false;
  #text = '';

  constructor(when: 'start' | 'data' | 'never') {
    this.#when = when;
  }

  /** Once it has paused. */
  get controller(): Promise<Dispatcher.DispatchController> {
    return this.#paused.promise;
  }

  get text(): Promise<string> {
    return this.#read.promise;
  }

  onRequestStart(): void {}

  onResponseStart(controller: Dispatcher.DispatchController): void {
    this.#pause('start', controller);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#text += chunk.toString('latin1');
    this.#pause('data', controller);
  }

  onResponseEnd(): void {
    this.#read.resolve(this.#text);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#read.reject(error);
  }

  #pause(when: 'start' | 'data', controller: Dispatcher.DispatchController): void {
    if (this.#when !== when || this.#hasPaused) return;
    this.#hasPaused = true;
    controller.pause();
    this.#paused.resolve(controller);
  }
}

it('takes no memory outside the heap for what it reads', async () => {
  const read = await createRead();
  const origin = await serve((socket) => void socket.write(answer('m'.repeat(34_000))));
  await read(origin);
  const before = process.memoryUsage().arrayBuffers;
  for (let scrape = 0; scrape < 200; scrape += 1) await read(origin);
  // As fresh buffers they would be 6.8 MB.
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2_000_000);
});
