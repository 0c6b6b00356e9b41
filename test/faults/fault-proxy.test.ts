// What a fault proxy does to bytes, seen by a bare socket.
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { type Fault, type FaultProxy, NO_FAULT, startFaultProxy } from './fault-proxy.ts';

const ANSWER = 'abcdefghijklmnopqrstuvwxyz';

/** In front of a server that answers each piece it gets with the alphabet. */
async function open(fault: Fault = NO_FAULT): Promise<FaultProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}).on('data', () => socket.write(ANSWER)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const proxy = await startFaultProxy({ toPort: typeof address === 'object' && address !== null ? address.port : 0 });
  onTestFinished(async () => {
    await proxy[Symbol.asyncDispose]();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await proxy.use(fault);
  return proxy;
}

interface Client {
  readonly socket: Socket;
  /** What came until now. */
  text(): string;
  /** Asks, and waits for so many more bytes. */
  ask(bytes: number): Promise<string>;
  /** `end`, or the code of the error; settles when the connection is closed. */
  readonly ended: Promise<string>;
}

async function client({ port }: FaultProxy): Promise<Client> {
  const socket = connect({ port, host: '127.0.0.1' });
  onTestFinished(() => void socket.destroy());
  let text = '';
  let how = 'destroyed';
  const ended = new Promise<string>((resolve) => socket.on('close', () => resolve(how)));
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1');
  });
  socket.on('end', () => {
    how = 'end';
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    how = String(error.code);
  });
  await once(socket, 'connect').catch(() => {});
  const ask = async (bytes: number): Promise<string> => {
    const from = text.length;
    socket.write('?');
    while (text.length < from + bytes) await once(socket, 'data');
    return text.slice(from);
  };
  return { socket, text: () => text, ask, ended };
}

it('passes bytes on as they are, and ends with either end', async () => {
  const proxy = await open();
  const one = await client(proxy);
  expect(await one.ask(26)).toBe(ANSWER);
  expect(await one.ask(26)).toBe(ANSWER);
  one.socket.end();
  await one.ended;
});

it('delays, in order', async () => {
  const one = await client(await open({ kind: 'delay', ms: 100 }));
  const startMs = performance.now();
  expect(await one.ask(26)).toBe(ANSWER);
  expect(performance.now() - startMs).toBeGreaterThan(95);
});

it('drips', async () => {
  const one = await client(await open({ kind: 'drip', bytes: 10, everyMs: 40 }));
  const startMs = performance.now();
  expect(await one.ask(10)).toBe('abcdefghij');
  await once(one.socket, 'data');
  expect(one.text()).toBe('abcdefghijklmnopqrst');
  await once(one.socket, 'data');
  expect(performance.now() - startMs).toBeGreaterThan(115);
});

it.each<{ readonly fault: Fault; readonly text: string; readonly how: string }>([
  { fault: { kind: 'reset', afterBytes: 0 }, text: '', how: 'ECONNRESET' },
  { fault: { kind: 'cut', afterBytes: 0 }, text: '', how: 'end' },
  { fault: { kind: 'cut', afterBytes: 5 }, text: 'abcde', how: 'end' },
])('$fault', async ({ fault, text, how }) => {
  const one = await client(await open(fault));
  one.socket.write('?');
  expect(await one.ended).toBe(how);
  expect(one.text()).toBe(text);
});

it('resets after some bytes', async () => {
  const one = await client(await open({ kind: 'reset', afterBytes: 5 }));
  one.socket.write('?');
  expect(await one.ended).toBe('ECONNRESET');
  expect('abcde').toContain(one.text());
});

it('puts noise in the place of the rest, of each answer', async () => {
  const one = await client(await open({ kind: 'garbage', afterBytes: 3 }));
  for (const text of [await one.ask(26), await one.ask(26)]) {
    expect(text).toMatch(/^abc/);
    expect(text).toHaveLength(26);
    expect(text.slice(3)).not.toMatch(/^[a-z]+$/);
  }
});

it.each([0, 4])('stalls after %i bytes, for ever, while new connections work again', async (afterBytes) => {
  const proxy = await open({ kind: 'stall', afterBytes });
  const one = await client(proxy);
  const before = afterBytes === 0 ? '' : await one.ask(afterBytes);
  await proxy.use(NO_FAULT);
  one.socket.write('?');
  const other = await client(proxy);
  expect(await other.ask(26)).toBe(ANSWER);
  expect([one.text(), one.socket.destroyed]).toEqual([before, false]);
});

it('strikes connections that are open, counting from then on', async () => {
  const proxy = await open();
  const one = await client(proxy);
  await one.ask(26);
  await proxy.use({ kind: 'cut', afterBytes: 5 });
  one.socket.write('?');
  expect(await one.ended).toBe('end');
  expect(one.text().slice(26)).toBe('abcde');
});

it('refuses, resetting what is open, and listens on the same port again', async () => {
  const proxy = await open();
  const { port } = proxy;
  const one = await client(proxy);
  await one.ask(26);
  await proxy.use({ kind: 'refuse' });
  expect(await one.ended).toBe('ECONNRESET');
  expect(await (await client(proxy)).ended).toBe('ECONNREFUSED');
  await proxy.use(NO_FAULT);
  expect(proxy.port).toBe(port);
  expect(await (await client(proxy)).ask(26)).toBe(ANSWER);
});

it('resets every connection once', async () => {
  const proxy = await open();
  const one = await client(proxy);
  await one.ask(26);
  proxy.reset();
  expect(await one.ended).toBe('ECONNRESET');
  expect(await (await client(proxy)).ask(26)).toBe(ANSWER);
});
