// What clients can do to a face that answers right: too many of them, slow ones, greedy ones, and ones that vanish.
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { connect, type Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Listener, type ListenerOptions, listen } from '../../../src/app/listener/listener.ts';
import { VirtualClock } from '../../../src/lib/virtual-clock.ts';
import { selfSignedCertificate } from '../../../src/tls/self-signed.ts';
import { type Logged, recordingLog } from '../support/log.ts';
import { recordingMeter } from '../support/meter.ts';
import { runPlimsoll, tritonSettings } from '../support/server.ts';
import { until } from '../support/wait.ts';

const ASK = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
/** More than the kernel takes for a client that does not read. */
const LARGE = Buffer.alloc(24 * 1024 * 1024, 'x');

interface Face {
  readonly listener: Listener;
  readonly clock: VirtualClock;
  readonly metrics: Map<string, number>;
  readonly logged: Logged[];
}

async function open(handler: RequestListener, options: Partial<ListenerOptions> = {}): Promise<Face> {
  const metrics = new Map<string, number>();
  const logged: Logged[] = [];
  const clock = new VirtualClock();
  const listener = await listen({
    handler,
    address: { host: '127.0.0.1', port: 0 },
    flag: 'some-listen',
    log: recordingLog(logged),
    meter: recordingMeter(metrics),
    clock,
    ...options,
  });
  onTestFinished(() => listener.close(0));
  return { listener, clock, metrics, logged };
}

interface Client {
  readonly socket: Socket;
  /** All it has read. */
  text(): string;
  readonly closed: Promise<unknown>;
}

async function dial({ listener }: Face): Promise<Client> {
  const { protocol, port } = new URL(listener.url);
  const isSecure = protocol === 'https:';
  const socket = isSecure ? connectSecure({ port: Number(port), rejectUnauthorized: false }) : connect(Number(port), '127.0.0.1');
  socket.on('error', () => {});
  onTestFinished(() => void socket.destroy());
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await Promise.race([once(socket, isSecure ? 'secureConnect' : 'connect'), closed]);
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
  });
  return { socket, text: () => text, closed };
}

async function asked(client: Client, said = ASK): Promise<string> {
  const before = client.text().length;
  client.socket.write(said);
  return until('an answer', () => client.text().slice(before) || undefined);
}

/** A handler, and how often it was asked. */
function counted(handler: RequestListener): { readonly handler: RequestListener; readonly times: () => number } {
  let times = 0;
  const counting: RequestListener = (request, response) => {
    times += 1;
    handler(request, response);
  };
  return { handler: counting, times: () => times };
}

const askedOf = ({ times }: { times(): number }, count: number): Promise<true> => until('requests', () => times() === count || undefined);

const hello: RequestListener = (_request, response) => void response.end('hello');
const hang: RequestListener = () => {};
const large: RequestListener = (_request, response) => void response.end(LARGE);
const tls = () => selfSignedCertificate({ hosts: ['127.0.0.1'], notBefore: new Date(Date.now() - 1000), days: 1 });

describe.each([{ secure: false }, { secure: true }])('more connections than there may be, TLS $secure', ({ secure }) => {
  it('the one that was idle longest makes room, and the log says so once', async () => {
    const face = await open(hello, { mostConnections: () => 3, ...(secure && { tls: await tls() }) });
    const [first, second, third] = [await dial(face), await dial(face), await dial(face)];
    await asked(second);
    await asked(third);
    await asked(first);
    const fourth = await dial(face);
    await second.closed;
    expect(await asked(fourth)).toContain('hello');
    await dial(face);
    await third.closed;
    expect(await asked(first)).toContain('hello');
    expect(face.logged.map(({ said, fields }) => [said, fields])).toEqual([
      [
        'warn more connections than limits.connections: new ones take the place of idle ones',
        { face: 'some', limit: 3, option: 'limits.connections' },
      ],
    ]);
    expect(face.metrics.get('plimsoll_connections_over_limit_total{some,idle}')).toBe(2);
    expect(face.metrics.get('plimsoll_connections{some}')).toBe(3);
  });
});

it('a health check gets through while others hold every connection and send nothing', async () => {
  const face = await open(hello, { mostConnections: () => 4 });
  for (let index = 0; index < 12; index += 1) await dial(face);
  const probe = await dial(face);
  expect(await asked(probe, 'GET /livez HTTP/1.1\r\nHost: x\r\n\r\n')).toContain('200 OK');
});

it('a health check gets through while others do not read their answers', async () => {
  const { handler, times } = counted((request, response) => (request.url === '/livez' ? hello : large)(request, response));
  const face = await open(handler, { mostConnections: () => 2 });
  const slow = [await dial(face), await dial(face)];
  for (const { socket } of slow) socket.pause().write(ASK);
  await askedOf({ times }, 2);
  const probe = await dial(face);
  expect(await asked(probe, 'GET /livez HTTP/1.1\r\nHost: x\r\n\r\n')).toContain('200 OK');
});

it('where all are being worked for, the new one is refused; the limit is looked at anew each time', async () => {
  let most = 2;
  const { handler, times } = counted(hang);
  const face = await open(handler, { mostConnections: () => most });
  const busy = [await dial(face), await dial(face)];
  for (const { socket } of busy) socket.write(ASK);
  await askedOf({ times }, 2);
  await (await dial(face)).closed;
  expect(face.metrics.get('plimsoll_connections_over_limit_total{some,new}')).toBe(1);
  most = 3;
  const third = await dial(face);
  third.socket.write(ASK);
  await askedOf({ times }, 3);
});

it('says it again when it begins again', async () => {
  const face = await open(hello, { mostConnections: () => 2 });
  const clients = [await dial(face), await dial(face), await dial(face)];
  for (const { socket } of clients) socket.destroy();
  await until('they have gone', () => face.metrics.get('plimsoll_connections{some}') === 0 || undefined);
  for (let index = 0; index < 4; index += 1) await dial(face);
  expect(face.logged).toHaveLength(2);
});

describe('an answer that is not read', () => {
  it.each([{ secure: false }, { secure: true }])('is cut after 30 s, TLS $secure', async ({ secure }) => {
    const { handler, times } = counted(large);
    const face = await open(handler, secure ? { tls: await tls() } : {});
    const slow = await dial(face);
    slow.socket.pause().write(ASK);
    await askedOf({ times }, 1);
    await face.clock.advance(30_000);
    expect(face.metrics.get('plimsoll_answers_cut_total{some,late}')).toBeUndefined();
    await face.clock.advance(1000);
    expect(face.metrics.get('plimsoll_answers_cut_total{some,late}')).toBe(1);
    slow.socket.resume();
    await slow.closed;
    expect(slow.text().length).toBeLessThan(LARGE.length);
  });

  it('of one who reads is not', async () => {
    const face = await open(large);
    const client = await dial(face);
    client.socket.write(ASK);
    await until('all of it', () => client.text().length > LARGE.length || undefined);
    await face.clock.advance(120_000);
    expect(await asked(client)).toContain('200 OK');
    expect([...face.metrics.keys()].filter((key) => key.includes('cut'))).toEqual([]);
  });

  it('is given its time anew when what stood was read', async () => {
    let more = (): void => {};
    const { handler, times } = counted((_request, response) => {
      response.write(LARGE);
      more = () => void response.end(LARGE);
    });
    const face = await open(handler);
    const client = await dial(face);
    client.socket.pause().write(ASK);
    await askedOf({ times }, 1);
    await face.clock.advance(25_000);
    client.socket.resume();
    await until('it is read', () => client.text().length > LARGE.length || undefined);
    await face.clock.advance(1000);
    client.socket.pause();
    more();
    await face.clock.advance(25_000);
    expect(face.metrics.get('plimsoll_answers_cut_total{some,late}')).toBeUndefined();
    await face.clock.advance(10_000);
    expect(face.metrics.get('plimsoll_answers_cut_total{some,late}')).toBe(1);
  });

  it('is cut sooner when all together are more than 128 MiB, the oldest first', async () => {
    const face = await open(large);
    const slow: Client[] = [];
    for (let index = 0; index < 12; index += 1) {
      const client = await dial(face);
      client.socket.pause().write(ASK);
      slow.push(client);
    }
    await until('some are cut', async () => {
      await face.clock.advance(1000);
      return (face.metrics.get('plimsoll_answers_cut_total{some,memory}') ?? 0) >= 6 || undefined;
    });
    for (const { socket } of slow) socket.resume();
    await slow[0]?.closed;
    await until('the last ones have theirs', () => (slow.at(-1)?.text().length ?? 0) > LARGE.length || undefined);
    expect(face.metrics.get('plimsoll_answers_cut_total{some,late}')).toBeUndefined();
  });
});

describe('requests that are sent without waiting for answers', () => {
  it('are answered in their order, one at a time', async () => {
    const waiting: (() => void)[] = [];
    const face = await open((request, response) => void waiting.push(() => response.end(`[${request.url}]`)));
    const client = await dial(face);
    const paths = [...Array(10).keys()];
    client.socket.write(paths.map((path) => `GET /${path} HTTP/1.1\r\nHost: x\r\n\r\n`).join(''));
    for (const path of paths) {
      await until('the next one is asked', () => waiting.length === path + 1 || undefined);
      waiting[path]?.();
    }
    await until('the last answer', () => client.text().includes('[/9]') || undefined);
    expect(client.text().match(/\[\/\d]/g)).toEqual(paths.map((path) => `[/${path}]`));
  });

  it('end the connection when more than 16 wait', async () => {
    const { handler, times } = counted((_request, response) => void setImmediate(() => response.end('hello')));
    const client = await dial(await open(handler));
    client.socket.write(ASK.repeat(1000));
    await client.closed;
    expect(times()).toBe(17);
    expect(client.text().match(/hello/g)).toHaveLength(17);
    expect(client.text().match(/Connection: close/g)).toHaveLength(1);
  });

  it('are forgotten with the client', async () => {
    const { handler, times } = counted(hang);
    const face = await open(handler);
    const client = await dial(face);
    client.socket.write(ASK.repeat(5));
    await askedOf({ times }, 1);
    client.socket.destroy();
    await until('it has gone', () => face.metrics.get('plimsoll_connections{some}') === 0 || undefined);
    expect(times()).toBe(1);
  });
});

it('a client that has ended its half has its answer, and the connection goes', async () => {
  const face = await open(hello);
  const client = await dial(face);
  client.socket.end(ASK);
  await client.closed;
  expect(client.text()).toContain('hello');
  await until('it has gone', () => face.metrics.get('plimsoll_connections{some}') === 0 || undefined);
});

it('does not ask for a body that it will not read', async () => {
  const face = await open((_request, response) => void response.writeHead(400, { Connection: 'close' }).end('no'));
  const client = await dial(face);
  client.socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n');
  await client.closed;
  expect(client.text()).toMatch(/^HTTP\/1\.1 400 /);
});

it.each(['metricsApiUrl', 'telemetryUrl'] as const)('limits.connections is that of the configuration in force, at %s', async (face) => {
  const { server, logged, stop } = await runPlimsoll(tritonSettings([], [{ path: ['limits', 'connections'], value: 2 }]));
  onTestFinished(stop);
  const port = Number(new URL(server[face]).port);
  const sockets = Array.from({ length: 3 }, () => connect(port, '127.0.0.1').on('error', () => {}));
  await Promise.race(sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve))));
  await until('a word in the log', () => logged.find(({ option }) => option === 'limits.connections'));
  for (const socket of sockets) socket.destroy();
});

it('closes while a client hangs', async () => {
  const face = await open(hang, { tls: await tls() });
  const client = await dial(face);
  client.socket.write(ASK);
  await face.listener.close(0);
  await client.closed;
});
