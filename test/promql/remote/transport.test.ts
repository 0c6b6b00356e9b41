import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/lib/virtual-clock.ts';
import { createTransport, type Transport } from '../../../src/promql/remote/transport.ts';
import { type Authority, createAuthority } from '../../scrape/support/certificates.ts';
import { serveHttp, serveHttps } from '../../scrape/support/loopback.ts';
import { settingsFor } from './support.ts';

let folder = '';
let authority: Authority;
let pair: { key: string; cert: string };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plimsoll-remote-'));
  authority = await createAuthority();
  const [server, client] = await Promise.all([authority.issue('prometheus.test'), authority.issue('plimsoll')]);
  pair = { key: server.keyPem, cert: server.certPem };
  await Promise.all([
    file('ca.pem', authority.certPem),
    file('client.pem', client.certPem),
    file('client.key', client.keyPem),
    file('secret', 'pass\n'),
  ]);
});
afterAll(() => rm(folder, { recursive: true }));

const path = (name: string): string => join(folder, name);

async function file(name: string, text: string): Promise<string> {
  await writeFile(path(name), text);
  return path(name);
}

function transportTo(url: string, settings: object, clock = new VirtualClock()): Transport {
  return createTransport({ settings: settingsFor(url, settings), clock, version: '1.2.3' });
}

async function said(transport: Transport): Promise<string> {
  const { signal } = new AbortController();
  try {
    return (await transport.send({ method: 'POST', path: '/api/v1/query', form: new URLSearchParams({ query: 'x' }), signal })).text;
  } catch (error) {
    return String(error);
  }
}

describe('a secret from a file', () => {
  it.each([
    {
      name: 'bearer',
      settings: () => ({ authorization: { credentials_file: path('secret') } }),
      header: 'authorization',
      value: 'Bearer pass',
    },
    {
      name: 'basic',
      settings: () => ({ basic_auth: { username: 'u', password_file: path('secret') } }),
      header: 'authorization',
      value: 'Basic dTpwYXNz',
    },
    { name: 'a header', settings: () => ({ header_files: { 'X-Api-Key': path('secret') } }), header: 'x-api-key', value: 'pass' },
  ])('$name', async ({ settings, header, value }) => {
    await using server = await serveHttp((request, response) => void response.end(request.headers[header]));
    const transport = transportTo(server.url, settings());
    expect(await said(transport)).toBe(value);
    await transport.close();
  });

  it('is used anew once the file has changed', async () => {
    const clock = new VirtualClock();
    const key = await file('key', 'first');
    await using server = await serveHttp((request, response) => void response.end(request.headers['x-api-key']));
    const transport = transportTo(server.url, { header_files: { 'X-Api-Key': key } }, clock);
    expect(await said(transport)).toBe('first');
    await file('key', 'the second');
    await clock.advance(2000);
    expect(await said(transport)).toBe('the second');
    await transport.close();
  });

  it('that is missing is no answer, and names the option', async () => {
    const transport = transportTo('http://127.0.0.1:1', { authorization: { credentials_file: '/absent/token' } });
    expect(await said(transport)).toContain('cannot read authorization.credentials_file "/absent/token": no such file');
    await transport.close();
  });
});

describe('TLS', () => {
  const tls = (change: object = {}) => ({ tls_config: { ca_file: path('ca.pem'), server_name: 'prometheus.test', ...change } });

  it.each([
    { name: 'a client certificate', settings: () => tls({ cert_file: path('client.pem'), key_file: path('client.key') }), text: 'hello' },
    { name: 'none', settings: tls, text: 'client certificate' },
    { name: 'an authority not given', settings: () => ({}), text: 'name its CA in engine.remote.tls_config.ca_file' },
    { name: 'another name', settings: () => tls({ server_name: 'other.test' }), text: 'set engine.remote.tls_config.server_name' },
  ])('$name', async ({ settings, text }) => {
    const options = { ...pair, ca: authority.certPem, requestCert: true, rejectUnauthorized: true };
    await using server = await serveHttps(options, (_request, response) => void response.end('hello'));
    const transport = transportTo(server.url, settings());
    expect(await said(transport)).toContain(text);
    await transport.close();
  });
});
