// The verdict of a probe against that of NVIDIA's own client, fault by fault: who is refused there is not reachable here.
import 'reflect-metadata';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Made } from '../../auth/support/authority.ts';
import { makeCertificates } from '../../sources/riva/support/certificates.ts';
import { closedPort, type GrpcWish, serveGrpc, serveHttp1, serveTcp } from '../../sources/riva/support/servers.ts';
import { askByPlimsoll } from './ask.ts';
import { installClient } from './install.ts';
import { askInPython, type Question } from './python-client.ts';
import { serveCore } from './python-server.ts';

const progress = (text: string): void => void process.stderr.write(text);
const client = await installClient(process.env, progress);
const made = await makeCertificates();

interface Case {
  readonly fault: string;
  readonly port: () => Promise<number>;
  /** Of the client: plaintext, or whom it trusts and what it shows. */
  readonly tls?: { readonly root: Made; readonly own?: Made; readonly serverName?: string };
  readonly reason: string;
  /** What the other client is told. */
  readonly code: string;
}

const grpc = (wish: GrpcWish) => (): Promise<number> => serveGrpc(wish);
const trusted = { root: made.root };
const mutual: GrpcWish = { tls: { own: made.good, clientRoot: made.root } };

const CASES: readonly Case[] = [
  { fault: 'nothing, in plaintext', port: grpc({}), reason: 'ok', code: 'OK' },
  { fault: 'nothing, over TLS', port: grpc({ tls: { own: made.good } }), tls: trusted, reason: 'ok', code: 'OK' },
  { fault: 'nothing, with a client certificate', port: grpc(mutual), tls: { ...trusted, own: made.client }, reason: 'ok', code: 'OK' },
  {
    fault: 'nothing, with an intermediate authority',
    port: grpc({ tls: { own: made.belowIntermediate, above: [made.intermediate] } }),
    tls: trusted,
    reason: 'ok',
    code: 'OK',
  },
  {
    fault: 'nothing, self-signed and trusted',
    port: grpc({ tls: { own: made.selfSigned } }),
    tls: { root: made.selfSigned },
    reason: 'ok',
    code: 'OK',
  },
  { fault: 'expired', port: grpc({ tls: { own: made.expired } }), tls: trusted, reason: 'expired', code: 'UNAVAILABLE' },
  { fault: 'not valid yet', port: grpc({ tls: { own: made.early } }), tls: trusted, reason: 'not-yet-valid', code: 'UNAVAILABLE' },
  { fault: 'another name', port: grpc({ tls: { own: made.otherName } }), tls: trusted, reason: 'wrong-name', code: 'UNAVAILABLE' },
  {
    fault: 'another name that is expected',
    port: grpc({ tls: { own: made.otherName } }),
    tls: { ...trusted, serverName: 'riva.example' },
    reason: 'ok',
    code: 'OK',
  },
  {
    fault: 'an unknown authority',
    port: grpc({ tls: { own: made.good } }),
    tls: { root: made.otherRoot },
    reason: 'unknown-ca',
    code: 'UNAVAILABLE',
  },
  {
    fault: 'no intermediate',
    port: grpc({ tls: { own: made.belowIntermediate } }),
    tls: trusted,
    reason: 'unknown-ca',
    code: 'UNAVAILABLE',
  },
  { fault: 'self-signed', port: grpc({ tls: { own: made.selfSigned } }), tls: trusted, reason: 'self-signed', code: 'UNAVAILABLE' },
  {
    fault: 'a client’s certificate',
    port: grpc({ tls: { own: made.forClients } }),
    tls: trusted,
    reason: 'certificate-invalid',
    code: 'UNAVAILABLE',
  },
  { fault: 'no client certificate', port: grpc(mutual), tls: trusted, reason: 'client-certificate-required', code: 'UNAVAILABLE' },
  {
    fault: 'a client certificate of another authority',
    port: grpc(mutual),
    tls: { ...trusted, own: made.otherClient },
    reason: 'client-certificate-refused',
    code: 'UNAVAILABLE',
  },
  { fault: 'plaintext where TLS was expected', port: grpc({}), tls: trusted, reason: 'server-plaintext', code: 'UNAVAILABLE' },
  { fault: 'TLS where plaintext was expected', port: grpc({ tls: { own: made.good } }), reason: 'server-tls', code: 'UNAVAILABLE' },
  { fault: 'HTTP/1.1', port: () => serveHttp1(), reason: 'no-http2', code: 'UNAVAILABLE' },
  { fault: 'HTTP/1.1 over TLS', port: () => serveHttp1(made.good), tls: trusted, reason: 'no-http2', code: 'UNAVAILABLE' },
  { fault: 'silence', port: () => serveTcp(() => undefined), reason: 'silent', code: 'DEADLINE_EXCEEDED' },
  { fault: 'a closed port', port: closedPort, reason: 'refused', code: 'UNAVAILABLE' },
  { fault: 'no health service', port: grpc({ health: undefined }), reason: 'health-unimplemented', code: 'UNIMPLEMENTED' },
  { fault: 'not serving', port: grpc({ health: { '': 'NOT_SERVING' } }), reason: 'not-serving', code: 'OK' },
];

interface Pair {
  readonly root?: Made;
  readonly own?: Made;
}

/** A server that asks its clients for certificates. */
const asking: Pair = { root: made.root, own: made.good };

interface Files {
  readonly root?: string;
  readonly cert?: string;
  readonly key?: string;
}

async function filesOf(tls: Pair | undefined): Promise<Files> {
  if (tls === undefined) return {};
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-riva-e2e-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const put = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
  return {
    ...(tls.root && { root: await put('root.pem', tls.root.certPem) }),
    ...(tls.own && { cert: await put('cert.pem', tls.own.certPem), key: await put('key.pem', tls.own.keyPem) }),
  };
}

function flagsOf({ root, cert, key }: Files, serverName: string | undefined): readonly string[] {
  const named = { ca: root, cert, key, 'server-name': serverName };
  return Object.entries(named).flatMap(([flag, value]) => (value === undefined ? [] : [`--${flag}`, value]));
}

if (client.kind === 'unavailable') {
  progress(`skipped: NVIDIA’s Python client of Riva: ${client.why}\n`);
  describe('NVIDIA’s client', () => it.skip(client.why));
} else {
  const { python } = client;
  describe('NVIDIA’s client and a probe agree', () => {
    it.each(CASES)('$fault', async ({ port, tls, reason, code }) => {
      const uri = `127.0.0.1:${await port()}`;
      const files = await filesOf(tls);
      const question: Question = { uri, useSsl: tls !== undefined, ...files, serverName: tls?.serverName, timeoutSeconds: 3 };
      const [theirs, ours] = [await askInPython(python, question), await askByPlimsoll(uri, flagsOf(files, tls?.serverName))];
      progress(`${reason}: ${theirs.code} ${theirs.details}\n`);
      expect({ code: theirs.code, reason: ours.reason }).toEqual({ code, reason });
      const isAccepted = theirs.code === 'OK' || theirs.code === 'UNIMPLEMENTED';
      expect(ours.isReachable).toBe(isAccepted);
    });
  });

  describe('a server of gRPC’s C core', () => {
    it.each<{ readonly what: string; readonly server?: Pair; readonly tls?: Pair; readonly reason: string }>([
      { what: 'nothing is wrong in plaintext', reason: 'ok' },
      { what: 'nothing is wrong over TLS', server: { own: made.good }, tls: trusted, reason: 'ok' },
      { what: 'nothing is wrong with a client certificate', server: asking, tls: { ...trusted, own: made.client }, reason: 'ok' },
      { what: 'a client certificate is missing', server: asking, tls: trusted, reason: 'client-certificate-required' },
      {
        what: 'a client certificate is of another authority',
        server: asking,
        tls: { ...trusted, own: made.otherClient },
        reason: 'client-certificate-refused',
      },
      { what: 'it speaks plaintext', tls: trusted, reason: 'server-plaintext' },
      { what: 'it speaks TLS', server: { own: made.good }, reason: 'server-tls' },
      { what: 'it speaks mutual TLS', server: asking, reason: 'server-tls' },
      { what: 'its certificate has expired', server: { own: made.expired }, tls: trusted, reason: 'expired' },
      { what: 'its authority is unknown', server: { own: made.good }, tls: { root: made.otherRoot }, reason: 'unknown-ca' },
    ])('$what', async ({ server, tls, reason }) => {
      const { root: clientRoot, ...own } = await filesOf(server);
      const port = await serveCore(python, { ...own, ...(clientRoot !== undefined && { clientRoot }) });
      const ours = await askByPlimsoll(`127.0.0.1:${port}`, flagsOf(await filesOf(tls), undefined));
      expect(ours.reason).toBe(reason);
    });
  });
}
