// Every fault that a client can meet at a real server, told by its name.
import { expect, it } from 'vitest';
import { systemClock } from '../../../src/lib/clock.ts';
import { clientCredentials } from '../../../src/lib/grpc/client-tls.ts';
import type { EndpointTls } from '../../../src/lib/grpc/look.ts';
import type { PemTexts } from '../../../src/lib/http/secure-context.ts';
import { type ProbeResult, probe } from '../../../src/sources/riva/probe.ts';
import type { Made } from '../../auth/support/authority.ts';
import { makeCertificates } from './support/certificates.ts';
import { closedPort, type GrpcWish, serveGrpc, serveHttp1, serveHttp2, serveTcp, serveTls } from './support/servers.ts';

const made = await makeCertificates();

interface Asked {
  readonly ca?: Made | undefined;
  readonly own?: Made;
  readonly serverName?: string;
  readonly acceptsAny?: boolean;
  readonly version?: Pick<PemTexts, 'maxVersion'>;
  readonly plain?: boolean;
  readonly services?: readonly string[];
  readonly timeoutMs?: number;
  readonly host?: string;
}

function tlsOf({ ca = made.root, own, serverName = 'localhost', acceptsAny = false, version = {} }: Asked): EndpointTls {
  const texts = { ca: ca.certPem, cert: own?.certPem, key: own?.keyPem };
  const names = { section: 'the test', ca: 'ca', cert: 'cert', key: 'key' };
  return { ...clientCredentials({ ...texts, ...version }, names), serverName, acceptsAny };
}

function ask(port: number, asked: Asked = {}): Promise<ProbeResult> {
  const { plain = false, services = [''], timeoutMs = 20_000, host = '127.0.0.1' } = asked;
  return probe({
    endpoint: { host, port, tls: plain ? undefined : tlsOf(asked) },
    services,
    clock: systemClock(),
    signal: AbortSignal.timeout(timeoutMs),
  });
}

const PLAIN = { plain: true } as const;
const TLS12 = { maxVersion: 'TLSv1.2' } as const;

it.each<{
  readonly fault: string;
  readonly server: GrpcWish;
  readonly asked: Asked;
  readonly reason: string;
  readonly isReachable: boolean;
}>([
  { fault: 'nothing, in plaintext', server: {}, asked: PLAIN, reason: 'ok', isReachable: true },
  { fault: 'nothing, over TLS', server: { tls: { own: made.good } }, asked: {}, reason: 'ok', isReachable: true },
  {
    fault: 'nothing, by address',
    server: { tls: { own: made.good } },
    asked: { serverName: '127.0.0.1' },
    reason: 'ok',
    isReachable: true,
  },
  {
    fault: 'nothing, with an intermediate authority',
    server: { tls: { own: made.belowIntermediate, above: [made.intermediate] } },
    asked: {},
    reason: 'ok',
    isReachable: true,
  },
  {
    fault: 'nothing, with a client certificate',
    server: { tls: { own: made.good, clientRoot: made.root } },
    asked: { own: made.client },
    reason: 'ok',
    isReachable: true,
  },
  {
    fault: 'nothing, self-signed and trusted',
    server: { tls: { own: made.selfSigned } },
    asked: { ca: made.selfSigned },
    reason: 'ok',
    isReachable: true,
  },
  { fault: 'expired', server: { tls: { own: made.expired } }, asked: {}, reason: 'expired', isReachable: false },
  { fault: 'not valid yet', server: { tls: { own: made.early } }, asked: {}, reason: 'not-yet-valid', isReachable: false },
  { fault: 'another name', server: { tls: { own: made.otherName } }, asked: {}, reason: 'wrong-name', isReachable: false },
  {
    fault: 'another address',
    server: { tls: { own: made.otherName } },
    asked: { serverName: '127.0.0.1' },
    reason: 'wrong-name',
    isReachable: false,
  },
  {
    fault: 'an unknown authority',
    server: { tls: { own: made.good } },
    asked: { ca: made.otherRoot },
    reason: 'unknown-ca',
    isReachable: false,
  },
  {
    fault: 'an unknown authority that is shown',
    server: { tls: { own: made.good, above: [made.root] } },
    asked: { ca: made.otherRoot },
    reason: 'unknown-ca',
    isReachable: false,
  },
  { fault: 'no intermediate', server: { tls: { own: made.belowIntermediate } }, asked: {}, reason: 'unknown-ca', isReachable: false },
  { fault: 'self-signed', server: { tls: { own: made.selfSigned } }, asked: {}, reason: 'self-signed', isReachable: false },
  {
    fault: 'a client’s certificate',
    server: { tls: { own: made.forClients } },
    asked: {},
    reason: 'certificate-invalid',
    isReachable: false,
  },
  {
    fault: 'no client certificate',
    server: { tls: { own: made.good, clientRoot: made.root } },
    asked: {},
    reason: 'client-certificate-required',
    isReachable: false,
  },
  {
    fault: 'no client certificate, with TLS 1.2',
    server: { tls: { own: made.good, clientRoot: made.root } },
    asked: { version: TLS12 },
    reason: 'client-certificate-required',
    isReachable: false,
  },
  { fault: 'plaintext where TLS was expected', server: {}, asked: {}, reason: 'server-plaintext', isReachable: false },
  {
    fault: 'TLS where plaintext was expected',
    server: { tls: { own: made.good } },
    asked: PLAIN,
    reason: 'server-tls',
    isReachable: false,
  },
  {
    fault: 'mutual TLS where plaintext was expected',
    server: { tls: { own: made.good, clientRoot: made.root } },
    asked: PLAIN,
    reason: 'server-tls',
    isReachable: false,
  },
  { fault: 'not serving', server: { health: { '': 'NOT_SERVING' } }, asked: PLAIN, reason: 'not-serving', isReachable: true },
  { fault: 'no health service', server: { health: undefined }, asked: PLAIN, reason: 'health-unimplemented', isReachable: true },
  { fault: 'an unknown service', server: {}, asked: { ...PLAIN, services: ['', 'tts'] }, reason: 'service-unknown', isReachable: true },
])('$fault', async ({ server, asked, reason, isReachable }) => {
  const result = await ask(await serveGrpc(server), asked);
  expect(result).toMatchObject({ reason, isReachable });
});

it.each([
  ['with TLS 1.3', {}],
  ['with TLS 1.2', { version: TLS12 }],
])('tells a client certificate that is refused from none %s', async (_version, asked) => {
  const port = await serveGrpc({ tls: { own: made.good, clientRoot: made.root } });
  const result = await ask(port, { own: made.otherClient, ...asked });
  expect(result).toMatchObject({ reason: 'client-certificate-refused', isReachable: false });
});

it('blames no client certificate where a server ends the connection after the handshake', async () => {
  const options = { cert: made.good.certPem, key: made.good.keyPem, ALPNProtocols: ['h2'] };
  const port = await serveTls(options, (socket) => void socket.end());
  expect(await ask(port, { own: made.client })).toMatchObject({ reason: 'closed', isReachable: false });
});

it('knows HTTP/2 that is no gRPC', async () => {
  expect(await ask(await serveHttp2(), PLAIN)).toMatchObject({ reason: 'not-grpc', isReachable: false });
});

it('is told by the gauges of a good answer how long it took and how long it will be good', async () => {
  const result = await ask(await serveGrpc({ tls: { own: made.good } }));
  expect(result).toMatchObject({ isVerified: true, health: [{ service: '', isServing: true }] });
  expect(result.certificate?.subject).toBe('CN=riva');
  expect(result.certificate?.names).toBe('DNS:localhost, IP Address:127.0.0.1');
  // The authority ends before the certificate does.
  const inOneDay = Date.now() + 24 * 3_600_000;
  expect(result.certificate?.earliestExpiryMs).toBeGreaterThan(inOneDay - 600_000);
  expect(result.certificate?.earliestExpiryMs).toBeLessThan(inOneDay + 600_000);
  for (const seconds of [result.connectSeconds, result.handshakeSeconds, result.firstCallSeconds]) {
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThan(20);
  }
});

it('goes on with a certificate that it was told to accept, and still says what is wrong with it', async () => {
  const result = await ask(await serveGrpc({ tls: { own: made.expired } }), { acceptsAny: true });
  expect(result).toMatchObject({ reason: 'expired', isReachable: true, isVerified: false, health: [{ isServing: true }] });
});

it('says of each service whether it serves, and of one that is unknown nothing', async () => {
  const port = await serveGrpc({ health: { asr: 'SERVING', tts: 'NOT_SERVING', nmt: 'UNKNOWN' } });
  const result = await ask(port, { ...PLAIN, services: ['asr', 'tts', 'nmt', 'nlp'] });
  expect(result.health.map(({ isServing }) => isServing)).toEqual([true, false, undefined, undefined]);
  expect(result.reason).toBe('not-serving');
});

it('tells a refused connection and a name that nobody knows', async () => {
  expect(await ask(await closedPort(), PLAIN)).toMatchObject({ reason: 'refused', isReachable: false, health: [] });
  expect(await ask(1, { ...PLAIN, host: 'riva.invalid' })).toMatchObject({ reason: 'unreachable' });
});

it.each([
  ['in plaintext', PLAIN],
  ['in TLS', {}],
] as const)('a server that accepts and says nothing %s', async (_how, asked) => {
  const port = await serveTcp(() => undefined);
  const result = await ask(port, { ...asked, timeoutMs: 300 });
  expect(result).toMatchObject({ reason: 'silent', isReachable: false });
  expect(result.connectSeconds).toBeDefined();
});

it('a server that says nothing after the handshake', async () => {
  const port = await serveTls({ cert: made.good.certPem, key: made.good.keyPem, ALPNProtocols: ['h2'] }, () => undefined);
  expect(await ask(port, { timeoutMs: 1000 })).toMatchObject({ reason: 'silent', isVerified: true });
});

it.each([
  ['plain HTTP/1.1', () => serveHttp1(), PLAIN, 'no-http2'],
  ['plain HTTP/1.1 where TLS was expected', () => serveHttp1(), {}, 'no-http2'],
  ['HTTP/1.1 over TLS', () => serveHttp1(made.good), {}, 'no-http2'],
  ['text that is no HTTP', () => serveTcp((socket) => void socket.end('220 mail.example ESMTP\r\n')), PLAIN, 'not-grpc'],
  [
    'text that is no HTTP where TLS was expected',
    () => serveTcp((socket) => void socket.end('220 mail.example ESMTP\r\n')),
    {},
    'not-grpc',
  ],
  ['an end without a word', () => serveTcp((socket) => void socket.destroy()), PLAIN, 'closed'],
  ['an end without a word where TLS was expected', () => serveTcp((socket) => void socket.destroy()), {}, 'closed'],
] as const)('%s', async (_what, serve, asked, reason) => {
  expect(await ask(await serve(), asked)).toMatchObject({ reason, isReachable: false });
});
