import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import { type Authority, createAuthority } from './support/certificates.ts';
import { serveHttp, serveHttps } from './support/loopback.ts';
import { createReader } from './support/reader.ts';

let folder = '';
let authority: Authority;
let serverPair: { key: string; cert: string };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plimsoll-credentials-'));
  authority = await createAuthority();
  const [server, client, other] = await Promise.all([authority.issue('triton.test'), authority.issue('plimsoll'), createAuthority()]);
  serverPair = { key: server.keyPem, cert: server.certPem };
  await Promise.all([
    file('ca.pem', authority.certPem),
    file('other-ca.pem', other.certPem),
    file('client.pem', client.certPem),
    file('client.key', client.keyPem),
  ]);
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, text: string): Promise<string> {
  await writeFile(path(name), text);
  return path(name);
}

function path(name: string): string {
  return join(folder, name);
}

const echoAuthorization: RequestListener = (request, response) => {
  response.setHeader('content-type', 'text/plain');
  response.end(request.headers.authorization);
};

describe('a password or token from a file', () => {
  it.each([
    { name: 'basic', job: () => ({ basic_auth: { username: 'u', password_file: path('secret') } }), header: 'Basic dTpwYXNz' },
    { name: 'bearer', job: () => ({ authorization: { credentials_file: path('secret') } }), header: 'Bearer pass' },
    { name: 'another scheme', job: () => ({ authorization: { type: 'Token', credentials_file: path('secret') } }), header: 'Token pass' },
  ])('$name', async ({ job, header }) => {
    await file('secret', 'pass\n');
    await using server = await serveHttp(echoAuthorization);
    await using reader = createReader({ job: job() });
    expect(await reader.read(server.url)).toBe(header);
  });

  it('is used anew once the file has changed', async () => {
    const clock = new VirtualClock();
    await using server = await serveHttp(echoAuthorization);
    await using reader = createReader({ job: { authorization: { credentials_file: await file('token', 'first') } }, clock });
    expect(await reader.read(server.url)).toBe('Bearer first');
    await file('token', 'the second');
    await clock.advance(2_000);
    expect(await reader.read(server.url)).toBe('Bearer the second');
  });

  it('that is missing fails the scrape and names the option', async () => {
    await using reader = createReader({ job: { authorization: { credentials_file: '/absent/token' } } });
    expect(await reader.read('http://127.0.0.1:1/')).toBe(
      'failed: cannot read authorization.credentials_file "/absent/token": no such file; create the file or correct authorization.credentials_file',
    );
  });
});

describe('TLS', () => {
  const tls = (change: object = {}) => ({ tls_config: { ca_file: path('ca.pem'), server_name: 'triton.test', ...change } });
  const withClient = () => tls({ cert_file: path('client.pem'), key_file: path('client.key') });
  const nameOfClient: RequestListener = (request, response) => {
    const certificate = 'getPeerCertificate' in request.socket ? (request.socket as TLSSocket).getPeerCertificate() : undefined;
    response.end(`hello ${certificate?.subject?.CN}`);
  };

  it.each([
    { name: 'our own authority and server name', job: tls, mutual: false, said: 'hello undefined' },
    { name: 'a client certificate', job: withClient, mutual: true, said: 'hello plimsoll' },
    { name: 'no verification', job: () => ({ tls_config: { insecure_skip_verify: true } }), mutual: false, said: 'hello undefined' },
    { name: 'an authority not given', job: () => ({}), mutual: false, said: 'tls: the certificate of 127.0.0.1' },
    {
      name: 'another authority',
      job: () => tls({ ca_file: path('other-ca.pem') }),
      mutual: false,
      said: 'name its CA in tls_config.ca_file',
    },
    {
      name: 'another name',
      job: () => tls({ server_name: 'dcgm.test' }),
      mutual: false,
      said: 'set tls_config.server_name to the name in it',
    },
    { name: 'no client certificate', job: tls, mutual: true, said: 'client certificate' },
    {
      name: 'a CA file that is missing',
      job: () => tls({ ca_file: '/absent/ca' }),
      mutual: false,
      said: 'cannot read tls_config.ca_file "/absent/ca": no such file',
    },
  ])('$name', async ({ job, mutual, said }) => {
    const options = { ...serverPair, ca: authority.certPem, requestCert: mutual, rejectUnauthorized: mutual };
    await using server = await serveHttps(options, nameOfClient);
    await using reader = createReader({ job: job() });
    expect(await reader.read(server.url)).toContain(said);
  });

  it('of a server that speaks plain HTTP', async () => {
    await using server = await serveHttp(echoAuthorization);
    await using reader = createReader({ job: tls() });
    expect(await reader.read(server.url.replace('http:', 'https:'))).toContain('does not speak TLS; is it scheme: http?');
  });

  it('trusts a rotated authority without a restart', async () => {
    const clock = new VirtualClock();
    await using server = await serveHttps(serverPair, nameOfClient);
    const caFile = await file('rotated-ca.pem', (await createAuthority()).certPem);
    await using reader = createReader({ job: tls({ ca_file: caFile }), clock });
    expect(await reader.read(server.url)).toMatch(/^tls: /);
    await rm(caFile);
    await file('rotated-ca.pem', authority.certPem);
    await clock.advance(2_000);
    expect(await reader.read(server.url)).toBe('hello undefined');
  });
});
