// plimsoll probe, against servers of its own: words, exit codes, JSON, and the comparison.
import 'reflect-metadata';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerDuplexStream, ServiceDefinition } from '@grpc/grpc-js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeCertificates } from '../sources/riva/support/certificates.ts';
import { closedPort, type GrpcWish, serveGrpc, serveTcp } from '../sources/riva/support/servers.ts';
import { type Outcome, plimsoll } from './support.ts';

const made = await makeCertificates();

function ask(address: string, args: readonly string[] = [], stop = new AbortController().signal): Promise<Outcome> {
  return plimsoll(['probe', 'riva', address, ...args], { stop });
}

async function files(contents: Readonly<Record<string, string>>): Promise<(name: string) => string> {
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-probe-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, content] of Object.entries(contents)) await writeFile(join(folder, name), content);
  return (name) => join(folder, name);
}

/** Times and days as placeholders. */
function withoutTimes(text: string): string {
  return text.replace(/\d+\.\d+ ms/g, 'T').replace(/\d{4}-\d\d-\d\d \(in \d+ days\)/, 'DAY');
}

it('says that nothing is wrong in plaintext', async () => {
  const port = await serveGrpc();
  const { code, out, err } = await ask(`127.0.0.1:${port}`);
  expect(withoutTimes(out)).toBe(`127.0.0.1:${port} (plaintext) answers, and serves

reason       ok
serving      yes
connect      T
first call   T
`);
  expect([code, err]).toEqual([0, '']);
});

it('shows the certificate of mutual TLS', async () => {
  const port = await serveGrpc({ tls: { own: made.good, clientRoot: made.root } });
  const file = await files({ ca: made.root.certPem, cert: made.client.certPem, key: made.client.keyPem });
  const { code, out } = await ask(`localhost:${port}`, ['--ca', file('ca'), '--cert', file('cert'), '--key', file('key')]);
  expect(withoutTimes(out)).toBe(`localhost:${port} (TLS) answers, and serves

reason       ok
serving      yes
connect      T
handshake    T
first call   T
certificate  "CN=riva", of "CN=root", verified
names        DNS:localhost, IP Address:127.0.0.1
until        DAY, the first of it and those above it
`);
  expect(code).toBe(0);
});

it.each<{
  readonly what: string;
  readonly server: GrpcWish;
  readonly args: readonly string[];
  readonly says: string;
  readonly code: number;
}>([
  {
    what: 'another name, and its remedy',
    server: { tls: { own: made.good } },
    args: ['--server-name', 'riva.example'],
    says: 'shows a certificate for another name\n\nchange       ask by a name in it, give that name as server name, or put this one into its subjectAltName\nreason       wrong-name\n',
    code: 1,
  },
  {
    what: 'a certificate that has ended',
    server: { tls: { own: made.expired } },
    args: [],
    says: ' (past), the first of it and those above it',
    code: 1,
  },
  { what: 'plaintext', server: {}, args: [], says: 'speaks plaintext where TLS was expected', code: 1 },
  { what: 'no health service', server: { tls: { own: made.good }, health: undefined }, args: [], says: 'serving      not known', code: 0 },
  { what: 'not serving', server: { tls: { own: made.good }, health: { '': 'NOT_SERVING' } }, args: [], says: 'serving      no', code: 1 },
  {
    what: 'a service by name',
    server: { tls: { own: made.good }, health: { asr: 'SERVING' } },
    args: ['--service', 'asr'],
    says: 'serving      yes',
    code: 0,
  },
])('tells $what', async ({ server, args, says, code }) => {
  const file = await files({ ca: made.root.certPem });
  const outcome = await ask(`127.0.0.1:${await serveGrpc(server)}`, ['--ca', file('ca'), ...args]);
  expect(outcome.out).toContain(says);
  expect(outcome.code).toBe(code);
});

it('gives the same to programs', async () => {
  const port = await closedPort();
  const { code, out } = await ask(`127.0.0.1:${port}`, ['--json']);
  expect(JSON.parse(out)).toMatchObject({
    address: `127.0.0.1:${port}`,
    tls: false,
    isReachable: false,
    reason: 'refused',
    what: 'refuses the connection',
    remedy: expect.stringContaining('50051'),
    health: [],
  });
  expect(code).toBe(1);
});

it('is done with a silent server after its time-out, and at once when it is interrupted', async () => {
  const port = await serveTcp(() => undefined);
  expect((await ask(`127.0.0.1:${port}`, ['--timeout', '200ms'])).out).toContain('accepts the connection and says nothing');
  const stop = new AbortController();
  const asked = ask(`127.0.0.1:${port}`, [], stop.signal);
  stop.abort();
  expect(await asked).toEqual({
    code: 1,
    out: '',
    err: `plimsoll: cannot finish the probe of "127.0.0.1:${port}": it was interrupted; start it again\n`,
  });
});

/** Server reflection as far as the comparison asks: one answer to each message. */
function echo(name: string): ServiceDefinition {
  const same = (bytes: Buffer): Buffer => bytes;
  return {
    info: {
      path: `/grpc.reflection.${name}.ServerReflection/ServerReflectionInfo`,
      requestStream: true,
      responseStream: true,
      requestSerialize: same,
      requestDeserialize: same,
      responseSerialize: same,
      responseDeserialize: same,
    },
  };
}

function reflecting(name: string): GrpcWish['prepare'] {
  const info = (call: ServerDuplexStream<Buffer, Buffer>): void => {
    call.on('data', (message: Buffer) => call.write(message)).on('end', () => call.end());
  };
  return (server) => server.addService(echo(name), { info });
}

describe('a comparison', () => {
  it.each(['v1', 'v1alpha'])('times messages on a stream of reflection %s', async (name) => {
    const port = await serveGrpc({ prepare: reflecting(name) });
    const { code, out } = await ask(`127.0.0.1:${port}`, ['--compare', '--json']);
    const { comparison } = JSON.parse(out);
    expect(comparison).toMatchObject({
      newChannels: { times: 40 },
      oneChannel: { times: 200 },
      stream: { kind: 'exchange', what: 'messages on one stream (server reflection)', timing: { times: 200 } },
    });
    expect(comparison.newChannels.p50Ms).toBeGreaterThan(comparison.oneChannel.p50Ms);
    for (const { p50Ms, p95Ms, p99Ms } of [comparison.newChannels, comparison.oneChannel, comparison.stream.timing]) {
      expect(p50Ms).toBeGreaterThan(0);
      expect(p95Ms).toBeGreaterThanOrEqual(p50Ms);
      expect(p99Ms).toBeGreaterThanOrEqual(p95Ms);
    }
    expect(code).toBe(0);
  });

  it('opens streams of health where there is no reflection, and says so', async () => {
    const file = await files({ ca: made.root.certPem });
    const port = await serveGrpc({ tls: { own: made.good } });
    const { out } = await ask(`127.0.0.1:${port}`, ['--ca', file('ca'), '--compare']);
    const told = withoutTimes(out).replace(/ {2,}/g, ' ');
    expect(told).toContain('a call on a new channel each 40 T T T\n');
    expect(told).toContain('calls on one channel 200 T T T\n');
    expect(told).toContain('streams on one channel, to the first message (health Watch) 200 T T T\n');
    expect(told).toMatch(/\nKeep a channel and use it again: here a new one costs T a call \(p50\), [\d.]+ times the call itself\.\n/);
    expect(told).toContain('The server offers no stream on which answers to messages can be timed');
    expect(told).toContain('an L4 balancer pins them');
  });

  it('does without a stream where the server has none', async () => {
    const port = await serveGrpc({ health: undefined });
    const { out } = await ask(`127.0.0.1:${port}`, ['--compare', '--json']);
    const { comparison } = JSON.parse(out);
    expect(comparison.oneChannel.times).toBe(200);
    expect('stream' in comparison).toBe(false);
  });

  it('is not made of a server that cannot be reached', async () => {
    const { out } = await ask(`127.0.0.1:${await closedPort()}`, ['--compare']);
    expect(out).not.toContain('p50');
  });

  it('ends when it is interrupted', async () => {
    const stop = new AbortController();
    const interrupts = reflecting('v1');
    let calls = 0;
    const port = await serveGrpc({
      health: undefined,
      prepare: (server) => {
        interrupts?.(server);
        const check = { ...echo('v1').info, path: '/grpc.health.v1.Health/Check', requestStream: false, responseStream: false };
        server.addService({ check } as ServiceDefinition, {
          check: (_call: unknown, answer: (error: null, bytes: Buffer) => void) => {
            calls += 1;
            if (calls === 20) stop.abort();
            answer(null, Buffer.from([8, 1]));
          },
        });
      },
    });
    const { code, err } = await ask(`127.0.0.1:${port}`, ['--compare'], stop.signal);
    expect([code, err]).toEqual([1, `plimsoll: cannot finish the probe of "127.0.0.1:${port}": it was interrupted; start it again\n`]);
    expect(calls).toBeLessThan(25);
  });
});

it.each([
  [[], 'it needs what to probe: riva HOST:PORT'],
  [['triton', 'x:1'], '"triton" cannot be probed; riva can'],
  [['riva'], 'it needs the address of the endpoint: riva HOST:PORT'],
  [['riva', 'a:1', 'b:1'], 'one endpoint at a time, but 2 were given'],
  [['riva', 'http://a:1'], '"http://a:1" is no HOST:PORT; write it as riva.example:50051, 10.0.0.7:50051 or [::1]:50051'],
  [['riva', 'a:0'], '"a:0" is no HOST:PORT; write it as riva.example:50051, 10.0.0.7:50051 or [::1]:50051'],
  [['riva', 'a:70000'], '"a:70000" is no HOST:PORT; write it as riva.example:50051, 10.0.0.7:50051 or [::1]:50051'],
  [['riva', 'a:1', '--timeout', 'soon'], '--timeout is "soon"; expected a duration such as 500ms or 5s'],
])('refuses %j', async (args, cause) => {
  expect(await plimsoll(['probe', ...args])).toEqual({
    code: 2,
    out: '',
    err: `plimsoll: cannot run plimsoll probe: ${cause}; see plimsoll probe --help\n`,
  });
});

it('refuses files that are missing or no PEM, by their flags', async () => {
  expect((await ask('a:1', ['--ca', '/nowhere'])).err).toBe(
    'plimsoll: cannot read "/nowhere": there is no such file; check the path given to --ca\n',
  );
  const file = await files({ ca: 'hello', cert: made.client.certPem });
  expect((await ask('a:1', ['--ca', file('ca')])).err).toBe(
    'plimsoll: cannot use the flags for TLS: --ca holds no certificate; it must be PEM\n',
  );
  const { code, err } = await ask('a:1', ['--cert', file('cert')]);
  expect([code, err]).toEqual([
    2,
    'plimsoll: cannot use the flags for TLS: a client certificate needs its key; give both --cert and --key\n',
  ]);
});

it('takes the usual port, and addresses of IPv6', async () => {
  const address = async (written: string): Promise<unknown> => JSON.parse((await ask(written, ['--json', '--timeout', '2s'])).out).address;
  expect(await address('127.0.0.2')).toBe('127.0.0.2:50051');
  expect(await address(`[::1]:${await closedPort()}`)).toMatch(/^\[::1\]:\d+$/);
});
