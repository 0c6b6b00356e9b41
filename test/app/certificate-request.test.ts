// What the listener tells clients about certificates that it takes: read off the wire, where TLS 1.2 says it in the clear.
import { once } from 'node:events';
import { connect as connectPlain, createServer } from 'node:net';
import { connect } from 'node:tls';
import { expect, it, onTestFinished } from 'vitest';
import { listen } from '../../src/app/listener/listener.ts';
import { silentLog } from '../../src/model/log.ts';
import { selfSignedCertificate } from '../../src/tls/self-signed.ts';

const HANDSHAKE_RECORD = 22;
const CERTIFICATE_REQUEST = 13;

/** Handshake messages up to the first record of another kind (RFC 5246 sections 6.2.1 and 7.4). */
function* handshakeMessages(bytes: Buffer): Generator<{ readonly type: number; readonly body: Buffer }, void> {
  const fragments: Buffer[] = [];
  for (let at = 0; bytes[at] === HANDSHAKE_RECORD; at += 5 + bytes.readUInt16BE(at + 3)) {
    fragments.push(bytes.subarray(at + 5, at + 5 + bytes.readUInt16BE(at + 3)));
  }
  const messages = Buffer.concat(fragments);
  for (let at = 0; at < messages.length; at += 4 + messages.readUIntBE(at + 1, 3)) {
    yield { type: messages.readUInt8(at), body: messages.subarray(at + 4, at + 4 + messages.readUIntBE(at + 1, 3)) };
  }
}

/** Bytes of names of authorities in a CertificateRequest (RFC 5246 section 7.4.4), behind types and signature algorithms. */
function authoritiesLength(body: Buffer): number {
  const algorithmsAt = 1 + body.readUInt8(0);
  return body.readUInt16BE(algorithmsAt + 2 + body.readUInt16BE(algorithmsAt));
}

/** What the server sends until the handshake is done. */
async function heard(port: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const relay = createServer((client) => {
    const server = connectPlain(port, '127.0.0.1').on('data', (chunk) => chunks.push(chunk));
    client.pipe(server).pipe(client);
    for (const socket of [client, server]) socket.on('error', () => {});
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void relay.close());
  await once(relay, 'listening');
  const address = relay.address();
  const relayPort = typeof address === 'object' && address !== null ? address.port : 0;
  const socket = connect({ host: '127.0.0.1', port: relayPort, rejectUnauthorized: false, maxVersion: 'TLSv1.2' });
  await once(socket, 'secureConnect');
  socket.destroy();
  return Buffer.concat(chunks);
}

it.each([
  { asksCertificates: true, asked: [0] },
  { asksCertificates: false, asked: [] },
])('names no authority, so that nothing it said grows old: asks $asksCertificates', async ({ asksCertificates, asked }) => {
  const tls = await selfSignedCertificate({ hosts: ['127.0.0.1'], notBefore: new Date(Date.now() - 1000), days: 1 });
  const address = { host: '127.0.0.1', port: 0 };
  const listener = await listen({ handler: () => {}, address, tls, asksCertificates, log: silentLog, flag: 'listen' });
  onTestFinished(() => listener.close(0));
  const messages = [...handshakeMessages(await heard(Number(new URL(listener.url).port)))];
  expect(messages.length).toBeGreaterThan(2);
  const requests = messages.filter(({ type }) => type === CERTIFICATE_REQUEST);
  expect(requests.map(({ body }) => authoritiesLength(body))).toEqual(asked);
});
