import { once } from 'node:events';
import type { IncomingHttpHeaders, RequestListener, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import { createHttpFetch } from '../../src/scrape/fetch.ts';
import { closedPort, serveHttp, serveTcp } from './support/loopback.ts';
import { createReader } from './support/reader.ts';
import { targetOf } from './support/targets.ts';

const TEXT = 'nv_inference_count{model="m"} 1\n';
const PLAIN = { 'content-type': 'text/plain; charset=utf-8' };

function answer(status: number, headers: Record<string, string>, body: string | Buffer = ''): RequestListener {
  return (_request, response) => void response.writeHead(status, headers).end(body);
}

describe('what is read', () => {
  it.each([
    { name: 'plain text', listener: answer(200, PLAIN, TEXT), text: TEXT },
    { name: 'no Content-Type', listener: answer(200, {}, TEXT), text: TEXT },
    { name: 'an empty body', listener: answer(200, PLAIN), text: '' },
    { name: 'gzip', listener: answer(200, { ...PLAIN, 'content-encoding': 'gzip' }, gzipSync(TEXT)), text: TEXT },
    { name: 'identity', listener: answer(200, { ...PLAIN, 'content-encoding': 'identity' }, TEXT), text: TEXT },
    { name: 'early hints first', listener: withEarlyHints, text: TEXT },
    { name: 'a body in pieces', listener: inPieces, text: TEXT.repeat(3) },
  ])('$name', async ({ listener, text }) => {
    await using server = await serveHttp(listener);
    await using reader = createReader();
    expect(await reader.read(server.url)).toBe(text);
  });
});

describe('a body that only the closing of the connection ends', () => {
  const read = async (body: string): Promise<string> => {
    await using server = await serveTcp((socket) => socket.end(`HTTP/1.0 200 OK\r\n\r\n${body}`));
    await using reader = createReader();
    return await reader.read(server.url);
  };

  it.each(['', TEXT])('is read as it is where it ends with a line: %j', async (body) => {
    expect(await read(body)).toBe(body);
  });

  it.each([`${TEXT}nv_inference_count{model="n"} 12`, 'nv_inference_count 12'])('may be cut where it does not: %j', async (body) => {
    expect(await read(body)).toMatch(/^failed: the answer ends within a line, and it has no length that would tell whether it is whole/);
  });

  it('is not asked of others: a last line without a newline counts', async () => {
    await using server = await serveHttp(answer(200, PLAIN, TEXT.trimEnd()));
    await using reader = createReader();
    expect(await reader.read(server.url)).toBe(TEXT.trimEnd());
  });
});

function withEarlyHints(_request: unknown, response: ServerResponse): void {
  response.writeEarlyHints({ link: '</style.css>; rel=preload' });
  response.writeHead(200, PLAIN).end(TEXT);
}

async function inPieces(_request: unknown, response: ServerResponse): Promise<void> {
  response.writeHead(200, PLAIN);
  for (let piece = 0; piece < 3; piece++) await new Promise((resolve) => response.write(TEXT, resolve));
  response.end();
}

describe('what is refused', () => {
  const bomb = gzipSync(Buffer.alloc(50_000_000));
  it.each([
    {
      name: '404',
      listener: answer(404, PLAIN, 'no'),
      error: 'status: the server answered 404; is metrics_path right, and the port its metrics port?',
    },
    { name: '401', listener: answer(401, PLAIN), error: 'status: the server answered 401; are basic_auth or authorization right?' },
    { name: '500', listener: answer(500, PLAIN), error: 'status: the server answered 500; its own log says why' },
    { name: '204', listener: answer(204, PLAIN), error: 'status: the server answered 204; is this the address of its metrics?' },
    { name: '304 without a place', listener: answer(304, PLAIN), error: 'status: the server answered 304' },
    {
      name: 'a redirect',
      listener: answer(302, { location: `http://10.0.0.1/${'x'.repeat(80)}` }),
      error: `redirect: redirected to "http://10.0.0.1/${'x'.repeat(33)}…" (302), which is not followed; name that address itself`,
    },
    {
      name: 'HTML',
      listener: answer(200, { 'content-type': 'text/html' }, '<html>'),
      error: 'not-text: the answer is "text/html", not text/plain',
    },
    {
      name: 'binary',
      listener: answer(200, { 'content-type': 'application/octet-stream' }),
      error: 'not-text: the answer is "application/octet-stream"',
    },
    { name: 'a type that only begins like text', listener: answer(200, { 'content-type': 'text/plainer' }), error: 'not-text:' },
    { name: 'brotli', listener: answer(200, { ...PLAIN, 'content-encoding': 'br' }), error: 'not-text: the answer is encoded as "br"' },
    {
      name: 'a body announced too large',
      listener: answer(200, { ...PLAIN, 'content-length': '100001' }, 'x'.repeat(100_001)),
      error: 'body-too-large: the answer is larger than limits.body_bytes (100000); raise it',
    },
    { name: 'a body that never ends', listener: endless, error: 'body-too-large: the answer is larger than limits.body_bytes (100000)' },
    {
      name: 'a gzip bomb',
      listener: answer(200, { ...PLAIN, 'content-encoding': 'gzip' }, bomb),
      error: 'body-too-large: the answer is larger than limits.body_bytes (100000)',
    },
    {
      name: 'gzip cut off',
      listener: answer(200, { ...PLAIN, 'content-encoding': 'gzip' }, gzipSync(TEXT).subarray(0, 20)),
      error: 'failed: the answer is not the gzip',
    },
    { name: 'an answer that breaks off', listener: breaksOff, error: 'closed the connection in the middle of its answer' },
  ])('$name', async ({ listener, error }) => {
    await using server = await serveHttp(listener);
    await using reader = createReader();
    expect(await reader.read(server.url)).toContain(error);
  });

  it('nobody listening', async () => {
    await using reader = createReader();
    const port = await closedPort();
    const error = `refused: connection refused at 127.0.0.1:${port}; is the server up, and is the port its metrics port?`;
    expect(await reader.read(`http://127.0.0.1:${port}/metrics`)).toBe(error);
  });

  it('a server that speaks something else', async () => {
    await using server = await serveTcp((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
    await using reader = createReader();
    expect(await reader.read(server.url)).toContain('does not answer in HTTP/1.1');
  });

  it('a URL that is none', async () => {
    await using reader = createReader();
    expect(await reader.read('not a URL')).toBe('failed: Invalid URL');
  });

  it('a target of a job that does not exist', async () => {
    const { fetch } = createHttpFetch({ jobs: [], limits: { body_bytes: 1 }, clock: new VirtualClock(), version: '1' });
    const result = await fetch(targetOf('a'), new AbortController().signal);
    expect(result).toMatchObject({ kind: 'failed', error: { message: 'BUG: no scrape configuration is called "triton"' } });
  });
});

function endless(_request: unknown, response: ServerResponse): void {
  response.writeHead(200, PLAIN);
  const more = (): void => {
    while (!response.destroyed && response.write('x'.repeat(10_000))) {}
  };
  response.on('drain', more);
  more();
}

function breaksOff(_request: unknown, response: ServerResponse): void {
  response.writeHead(200, { ...PLAIN, 'content-length': '1000' });
  response.write(TEXT, () => response.destroy());
}

describe('time', () => {
  it.each([
    { name: 'a hang', listener: () => {}, error: /^timeout: no answer from 127\.0\.0\.1:\d+ within 2500 ms \(scrape_timeout\)/ },
    { name: 'a drip', listener: drip, error: /^timeout: only \d+ bytes came from .* within 2500 ms \(scrape_timeout\)/ },
  ])('ends $name at the signal', async ({ listener, error }) => {
    await using server = await serveHttp(listener);
    await using reader = createReader();
    expect(await reader.read(server.url, AbortSignal.timeout(50))).toMatch(error);
  });

  it('ends at once when the signal was aborted before', async () => {
    await using reader = createReader();
    expect(await reader.read('http://127.0.0.1:1/', AbortSignal.abort())).toContain('timeout: no connection to 127.0.0.1:1 within 2500 ms');
  });

  it('gives a scrape up while its connection is being made, and reads the next one', async () => {
    let requests = 0;
    await using server = await serveHttp((_request, response) => {
      requests++;
      response.writeHead(200, PLAIN).end(TEXT);
    });
    await using reader = createReader();
    const controller = new AbortController();
    const first = reader.read(server.url, controller.signal);
    // Credentials are read for a few turns before the connection is begun.
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    controller.abort();
    expect(await first).toContain('timeout: no connection');
    expect(await reader.read(server.url)).toBe(TEXT);
    expect(requests).toBe(1);
  });
});

function drip(_request: unknown, response: ServerResponse): void {
  response.writeHead(200, PLAIN);
  const timer = setInterval(() => response.write('#'), 5);
  response.on('close', () => clearInterval(timer));
}

describe('the connection', () => {
  it('is kept for the next scrape', async () => {
    const ports = new Set<number | undefined>();
    await using server = await serveHttp((request, response) => {
      ports.add(request.socket.remotePort);
      response.writeHead(200, PLAIN).end(TEXT);
    });
    await using reader = createReader();
    await reader.read(server.url);
    await reader.read(server.url);
    expect(ports.size).toBe(1);
  });

  it('costs no scrape when the server closes it just as it is used again', async () => {
    let connections = 0;
    await using server = await serveTcp((socket) => {
      connections++;
      socket.once('data', () => {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${TEXT.length}\r\n\r\n${TEXT}`);
        socket.once('data', () => socket.destroy());
      });
    });
    await using reader = createReader();
    expect(await reader.read(server.url)).toBe(TEXT);
    expect(await reader.read(server.url)).toBe(TEXT);
    expect(connections).toBe(2);
  });

  it('is tried twice and no more at a server that never answers', async () => {
    let connections = 0;
    await using server = await serveTcp((socket) => {
      connections++;
      socket.once('data', () => socket.destroy());
    });
    await using reader = createReader();
    expect(await reader.read(server.url)).toMatch(
      /^failed: 127\.0\.0\.1:\d+ closed the connection without an answer \(\w+\); is it restarting\?$/,
    );
    expect(connections).toBe(2);
  });

  it('is ended by close, the scrape on it too', async () => {
    const asked = Promise.withResolvers<void>();
    await using server = await serveHttp(() => asked.resolve());
    const reader = createReader();
    const scrape = reader.read(server.url);
    await asked.promise;
    await reader[Symbol.asyncDispose]();
    expect(await scrape).toContain('failed: ');
  });
});

it('asks for text, allows gzip and says who it is', async () => {
  const asked = Promise.withResolvers<IncomingHttpHeaders & { url: string | undefined }>();
  await using server = await serveHttp((request, response) => {
    asked.resolve({ ...request.headers, url: request.url });
    response.end();
  });
  await using reader = createReader();
  await reader.read(`${server.url}?module=a`);
  expect(await asked.promise).toMatchObject({
    url: '/metrics?module=a',
    host: `127.0.0.1:${server.port}`,
    accept: 'text/plain;version=0.0.4;q=0.9,*/*;q=0.1',
    'accept-encoding': 'gzip',
    'user-agent': 'plimsoll/1.2.3',
  });
});

it('reads what comes before a half-closed connection ends', async () => {
  await using server = await serveTcp((socket) => {
    void once(socket, 'data').then(() => socket.end(`HTTP/1.1 200 OK\r\n\r\n${TEXT}`));
  });
  await using reader = createReader();
  expect(await reader.read(server.url)).toBe(TEXT);
});
