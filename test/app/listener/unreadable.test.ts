// What no handler sees is answered in words, and the connection ends.

import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { expect, it, onTestFinished, vi } from 'vitest';
import { listen } from '../../../src/app/listener/listener.ts';
import { answerUnreadable } from '../../../src/app/listener/unreadable.ts';
import { silentLog } from '../../../src/model/log.ts';

const LIMITS = { headBytes: 16_384, arrivalMs: 10_000 };

/** All that a client reads until its connection ends. */
async function replyTo(said: string): Promise<string> {
  const listener = await listen({
    handler: (_request, response) => void response.end('hello'),
    address: { host: '127.0.0.1', port: 0 },
    flag: 'some-listen',
    log: silentLog,
  });
  onTestFinished(() => listener.close(0));
  const client = connect(Number(new URL(listener.url).port), '127.0.0.1');
  let text = '';
  client.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  client.write(said);
  await once(client, 'close');
  return text;
}

it.each([
  {
    name: 'a header that is too long',
    said: `GET / HTTP/1.1\r\nX: ${'y'.repeat(16_400)}`,
    status: '431',
    why: 'its head is longer than 16384 bytes',
  },
  { name: 'an address that is too long', said: `GET /${'y'.repeat(16_400)}`, status: '431', why: 'its head is longer than 16384 bytes' },
  { name: 'no HTTP', said: 'hello\r\n\r\n', status: '400', why: 'it is not well-formed HTTP/1.1; check the address and the client' },
  { name: 'HTTP/2 without TLS', said: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', status: '400', why: 'it is not well-formed HTTP/1.1' },
  {
    name: 'two lengths',
    said: 'GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
    status: '400',
    why: 'it is not well-formed HTTP/1.1',
  },
])('$name', async ({ said, status, why }) => {
  const [head, body] = (await replyTo(said)).split('\r\n\r\n');
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(body).toContain(`cannot read the request: ${why}`);
  expect(head).toContain(`Content-Length: ${body?.length}`);
});

it('reads on while a client writes a query of ten megabytes, so that nothing is reset before the answer is read', async () => {
  const said = `GET /?q=${'y'.repeat(10 * 1024 * 1024)} HTTP/1.1\r\nHost: x\r\n\r\n`;
  expect(await replyTo(said)).toMatch(/^HTTP\/1\.1 431 .*its head is longer than 16384 bytes; shorten its address or its headers\n$/s);
});

it('reads no more than 16 MiB of what it cannot use', () => {
  const socket = new PassThrough();
  answerUnreadable(LIMITS)(Object.assign(new Error('long'), { code: 'HPE_HEADER_OVERFLOW' }), socket);
  socket.emit('data', Buffer.alloc(16 * 1024 * 1024));
  expect(socket.destroyed).toBe(false);
  socket.emit('data', Buffer.alloc(1));
  expect(socket.destroyed).toBe(true);
});

it('waits two seconds for a client to close', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const socket = new PassThrough();
  answerUnreadable(LIMITS)(Object.assign(new Error('garbage'), { code: 'HPE_INVALID_METHOD' }), socket);
  vi.advanceTimersByTime(1999);
  expect(socket.destroyed).toBe(false);
  vi.advanceTimersByTime(1);
  expect(socket.destroyed).toBe(true);
});

it('answers what came before first', async () => {
  const text = await replyTo('GET / HTTP/1.1\r\nHost: x\r\n\r\nnonsense\r\n\r\n');
  expect(text).toMatch(/^HTTP\/1\.1 200 OK.*helloHTTP\/1\.1 400 /s);
});

it('says how long a request may take', () => {
  const socket = new PassThrough();
  answerUnreadable(LIMITS)(Object.assign(new Error('slow'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket);
  expect(String(socket.read())).toMatch(/^HTTP\/1\.1 408 .*it did not arrive within 10 s; send it at once\n$/s);
});

it.each([
  { name: 'that cannot be written', spoil: (socket: PassThrough): unknown => socket.end() },
  { name: 'with an answer still to be sent', spoil: (socket: PassThrough): unknown => [socket.cork(), socket.write('half an ans')] },
])('says nothing on a connection $name', ({ spoil }) => {
  const socket = new PassThrough();
  spoil(socket);
  answerUnreadable(LIMITS)(Object.assign(new Error('garbage'), { code: 'HPE_INVALID_METHOD' }), socket);
  expect(socket.destroyed).toBe(true);
});

it.each([
  { name: 'a connection on which nothing was asked', said: '', expected: '' },
  { name: 'a request that does not arrive', said: 'GET / HT', expected: expect.stringMatching(/^HTTP\/1\.1 408 /) },
])('ends $name, and answers questions alone', async ({ said, expected }) => {
  const server = createServer({ headersTimeout: 50, requestTimeout: 50, connectionsCheckingInterval: 20 });
  server.on('clientError', answerUnreadable(LIMITS)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  const client = connect(typeof address === 'object' ? (address?.port ?? 0) : 0, '127.0.0.1');
  let text = '';
  client.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  client.write(said);
  await once(client, 'close');
  expect(text).toEqual(expected);
});
