// Addresses over real sockets: errors that say what to change, TLS, and an end that no client can put off.

import { once } from 'node:events';
import { Agent, type IncomingMessage, type RequestListener, request } from 'node:http';
import { get, Agent as SecureAgent } from 'node:https';
import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, TLSSocket } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Listener, type ListenerOptions, listen, type PemPair } from '../../../src/app/listener/listener.ts';
import { UserError } from '../../../src/lib/user-error.ts';
import { silentLog } from '../../../src/model/log.ts';
import { issueServing, makeAuthority } from '../../../src/tls/issue.ts';
import { selfSignedCertificate } from '../../../src/tls/self-signed.ts';
import { timed } from '../support/wait.ts';

const LOOPBACK = { host: '127.0.0.1', port: 0 };
const GRACE_MS = 50;
const HANDSHAKE_FAILURE = 'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE';

const hello: RequestListener = (_request, response) => void response.end('hello');
const hang: RequestListener = () => {};

async function open(options: Partial<ListenerOptions> = {}): Promise<Listener> {
  const listener = await listen({ handler: hello, log: silentLog, address: LOOPBACK, flag: 'some-listen', ...options });
  onTestFinished(() => listener.close(0));
  return listener;
}

function portOf({ url }: Listener): number {
  return Number(new URL(url).port);
}

async function dial(listener: Listener): Promise<Socket> {
  const socket = connect(portOf(listener), '127.0.0.1').on('error', () => {});
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

function certificate(): Promise<PemPair> {
  return selfSignedCertificate({ hosts: ['127.0.0.1'], notBefore: new Date(Date.now() - 1000), days: 1 });
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return text;
}

describe('an address that cannot be opened', () => {
  it('in use: the error names the address and the flag, and asks for exit code 1', async () => {
    const port = portOf(await open());
    const error = await errorOf(listen({ handler: hello, log: silentLog, address: { host: '127.0.0.1', port }, flag: 'telemetry-listen' }));
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({
      exitCode: 1,
      message: `cannot listen on 127.0.0.1:${port}: the port is in use; stop the program that has it, or choose another with --telemetry-listen HOST:PORT`,
      cause: { code: 'EADDRINUSE' },
    });
  });

  it.each([
    { name: 'of another machine', host: '192.0.2.1', why: 'this machine has no such address; choose another with --some-listen HOST:PORT' },
    { name: 'of another machine, IPv6', host: '2001:db8::1', why: /^cannot listen on \[2001:db8::1\]:0: / },
    { name: 'of a network that is not named', host: 'fe80::1', why: /^cannot listen on \[fe80::1\]:0: \S/ },
    { name: 'that is no address at all', host: 'not a host', why: /^cannot listen on not a host:0: / },
  ])('$name', async ({ host, why }) => {
    const error = await errorOf(listen({ handler: hello, log: silentLog, address: { host, port: 0 }, flag: 'some-listen' }));
    expect(error).toMatchObject({
      exitCode: 1,
      message: typeof why === 'string' ? `cannot listen on ${host}:0: ${why}` : expect.stringMatching(why),
    });
  });
});

describe('TLS', () => {
  it('speaks it with the certificate given, and with nobody who does not', async () => {
    const tls = await selfSignedCertificate({ hosts: ['localhost', '127.0.0.1'], notBefore: new Date(), days: 1 });
    const listener = await open({ tls });
    expect(listener.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const [response] = await once(get(listener.url, { ca: tls.certPem, agent: false }), 'response');
    expect(await bodyOf(response)).toBe('hello');
    await expect(once(get(listener.url, { agent: false }), 'response')).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    await expect(once(get(listener.url, { ca: tls.certPem, agent: false, maxVersion: 'TLSv1.1' }), 'response')).rejects.toThrow();
    const plain = request({ port: portOf(listener), agent: false }).end();
    await expect(once(plain, 'response')).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it.each([false, true])('takes another certificate for those who connect after it, asking for theirs: %s', async (asksCertificates) => {
    const [first, second] = await Promise.all([certificate(), certificate()]);
    const listener = await open({ tls: first, asksCertificates });
    const asked = async (ca: string, options: object = {}): Promise<unknown> =>
      once(get(listener.url, { ca, agent: false, ...options }), 'response').then(
        ([response]) => bodyOf(response),
        (error: NodeJS.ErrnoException) => error.code,
      );
    const agent = new SecureAgent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    expect(await asked(first.certPem, { agent })).toBe('hello');
    listener.useCertificate(second);
    expect(await asked(first.certPem)).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
    expect(await asked(second.certPem)).toBe('hello');
    expect(await asked(first.certPem, { agent })).toBe('hello');
    expect(await asked(second.certPem, { maxVersion: 'TLSv1.1' })).not.toBe('hello');
  });

  /** What was agreed on, or why nothing was. `@SECLEVEL=0`: the client is to offer what OpenSSL has given up. */
  async function handshake(listener: Listener, options: ConnectionOptions): Promise<string> {
    const socket = connectTls({ port: portOf(listener), host: '127.0.0.1', rejectUnauthorized: false, ...options });
    try {
      await once(socket, 'secureConnect');
      return `${socket.getProtocol()} ${socket.getCipher().name}`;
    } catch (error) {
      return error instanceof Error && 'code' in error ? String(error.code) : String(error);
    } finally {
      socket.destroy();
    }
  }

  it.each<[string, ConnectionOptions, string | RegExp]>([
    ['TLS 1.3', { minVersion: 'TLSv1.3' }, /^TLSv1\.3 TLS_AES_/],
    [
      'TLS 1.3 with ChaCha20 only',
      { minVersion: 'TLSv1.3', ciphers: 'TLS_CHACHA20_POLY1305_SHA256' },
      'TLSv1.3 TLS_CHACHA20_POLY1305_SHA256',
    ],
    ...['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'CHACHA20-POLY1305'].map((suite): [string, ConnectionOptions, string] => [
      `TLS 1.2 with ${suite}`,
      { maxVersion: 'TLSv1.2', ciphers: `ECDHE-ECDSA-${suite}` },
      `TLSv1.2 ECDHE-ECDSA-${suite}`,
    ]),
  ])('speaks %s', async (_, options, agreed) => {
    const listener = await open({ tls: await certificate() });
    expect(await handshake(listener, options)).toMatch(agreed);
  });

  it.each<[string, ConnectionOptions, string]>([
    [
      'TLS 1.1',
      { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ECDHE-ECDSA-AES128-SHA@SECLEVEL=0' },
      'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
    ],
    ['TLS 1.2 with CBC and SHA-1', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA@SECLEVEL=0' }, HANDSHAKE_FAILURE],
    ['TLS 1.2 with CBC and SHA-256', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA256' }, HANDSHAKE_FAILURE],
    ['TLS 1.2 with CCM, which is on no list', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-CCM' }, HANDSHAKE_FAILURE],
    ['TLS 1.2 without forward secrecy', { maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' }, HANDSHAKE_FAILURE],
  ])('refuses %s, which a server of Node by itself would speak or OpenSSL could', async (_, options, alert) => {
    const listener = await open({ tls: await certificate(), asksCertificates: true });
    expect(await handshake(listener, options)).toBe(alert);
    listener.useCertificate(await certificate());
    expect(await handshake(listener, options)).toBe(alert);
  });

  it('drops nobody while the certificate changes under them, new connections and old', async () => {
    const validity = { notBefore: new Date(Date.now() - 1000), notAfter: new Date(Date.now() + 3_600_000) };
    const authorities = await Promise.all([makeAuthority(validity), makeAuthority(validity)]);
    const ca = authorities.map(({ certPem }) => certPem);
    const certificates = await Promise.all(
      [...authorities, ...authorities].map((authority) => issueServing({ authority, hosts: ['127.0.0.1'], ...validity })),
    );
    const [first = await certificate()] = certificates;
    const listener = await open({ tls: first, asksCertificates: true });
    const kept = new SecureAgent({ keepAlive: true });
    onTestFinished(() => kept.destroy());
    let isOver = false;
    const client = async (agent: SecureAgent | false): Promise<number> => {
      let answers = 0;
      while (!isOver) {
        const [response] = await once(get(listener.url, { ca, agent }), 'response');
        expect(await bodyOf(response)).toBe('hello');
        answers += 1;
      }
      return answers;
    };
    const clients = [client(false), client(false), client(kept), client(kept)];
    for (let round = 0; round < 24; round += 1) {
      listener.useCertificate(certificates[round % certificates.length] ?? first);
      const [response] = await once(get(listener.url, { ca, agent: false }), 'response');
      await bodyOf(response);
    }
    isOver = true;
    for (const answers of await Promise.all(clients)) expect(answers).toBeGreaterThan(4);
  });

  it.each([
    { asks: false, sees: 'nobody' },
    { asks: true, sees: 'CN=plimsoll' },
  ])('asks for a certificate only when told to: $asks, and lets in whoever has none', async ({ asks, sees }) => {
    const tls = await certificate();
    const handler: RequestListener = ({ socket }, response) =>
      void response.end(socket instanceof TLSSocket ? (socket.getPeerX509Certificate()?.subject ?? 'nobody') : 'plain');
    const listener = await open({ tls, handler, asksCertificates: asks });
    const [shown] = await once(get(listener.url, { ca: tls.certPem, agent: false, cert: tls.certPem, key: tls.keyPem }), 'response');
    const [bare] = await once(get(listener.url, { ca: tls.certPem, agent: false }), 'response');
    expect([await bodyOf(shown), await bodyOf(bare)]).toEqual([sees, 'nobody']);
  });

  it('has nothing to change without it', async () => {
    const listener = await open();
    listener.useCertificate(await certificate());
    const [response] = await once(request(listener.url, { agent: false }).end(), 'response');
    expect(await bodyOf(response)).toBe('hello');
  });
});

it.each([
  ['/a?b=http://c/d', '/a?b=http://c/d'],
  ['http://host/a?b', '/a?b'],
  ['http://host', '/'],
  ['http://host?a', '/?a'],
  ['other://host', '/'],
  ['*', '*'],
  ['*/a', '/*/a'],
])('a target %s is handed on as %s', async (path, expected) => {
  const listener = await open({ handler: ({ url }, response) => void response.end(url) });
  const [response] = await once(request({ port: portOf(listener), path, method: 'OPTIONS', agent: false }).end(), 'response');
  expect(await bodyOf(response)).toBe(expected);
});

describe('close', () => {
  it.each([{ secure: false }, { secure: true }])('lets an answer end that is under way, TLS $secure', async ({ secure }) => {
    const tls = secure ? await selfSignedCertificate({ hosts: ['localhost'], notBefore: new Date(), days: 1 }) : undefined;
    const asked = Promise.withResolvers<() => void>();
    const listener = await open({ handler: (_request, response) => asked.resolve(() => void response.end('late')), ...(tls && { tls }) });
    const agent = secure ? new SecureAgent({ keepAlive: true, rejectUnauthorized: false }) : new Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    const answered = once((secure ? get : request)(listener.url, { agent }).end(), 'response');
    const answer = await asked.promise;
    const closed = listener.close(10_000);
    answer();
    const [response] = await answered;
    expect(await bodyOf(response)).toBe('late');
    await timed(closed, 2000);
  });

  it('accepts nobody any more', async () => {
    const listener = await open();
    await listener.close(0);
    await expect(once(connect(portOf(listener), '127.0.0.1'), 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it.each([
    { name: 'has no answer yet', handler: hang, says: 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', secure: false },
    { name: 'has said half a request', handler: hello, log: silentLog, says: 'GET / HT', secure: false },
    { name: 'has said nothing', handler: hello, log: silentLog, says: '', secure: false },
    { name: 'has said nothing, not even a TLS handshake', handler: hello, log: silentLog, says: '', secure: true },
  ])('cuts a client after the grace that $name', async ({ handler, says, secure }) => {
    const tls = secure ? await selfSignedCertificate({ hosts: ['localhost'], notBefore: new Date(), days: 1 }) : undefined;
    const listener = await open({ handler, ...(tls && { tls }) });
    const client = await dial(listener);
    client.write(says);
    const cut = once(client, 'close');
    await timed(listener.close(GRACE_MS), 2000);
    await cut;
  });

  it('lets go of a connection that is kept alive at once', async () => {
    const listener = await open();
    const client = await dial(listener);
    client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(client, 'data');
    const cut = once(client, 'close');
    expect(await timed(listener.close(10_000), 2000)).toBeLessThan(2000);
    await cut;
  });
});
