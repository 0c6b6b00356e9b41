import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHttpClient, type HttpClientSettings } from '../../../src/lib/http/client.ts';
import type { HttpClient } from '../../../src/lib/http/rotating-client.ts';
import { VirtualClock } from '../../../src/lib/virtual-clock.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plimsoll-client-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function file(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

function client(settings: Omit<HttpClientSettings, 'connectTimeoutMs'>, clock = new VirtualClock()): HttpClient {
  return createHttpClient({ ...settings, connectTimeoutMs: 1_000 }, clock);
}

describe('the Authorization header', () => {
  it.each([
    { name: 'none', settings: () => ({}), value: undefined },
    {
      name: 'a bearer token without the line end',
      settings: async () => ({ authorization: { type: 'Bearer', credentialsFile: await file('token', 's3cret\n') } }),
      value: 'Bearer s3cret',
    },
    {
      // The example of RFC 7617 section 2.1: the pair is UTF-8.
      name: 'basic, beyond ASCII',
      settings: async () => ({ basicAuth: { username: 'test', passwordFile: await file('password', '123£') } }),
      value: 'Basic dGVzdDoxMjPCow==',
    },
  ])('$name', async ({ settings, value }) => {
    const http = client(await settings());
    expect((await http.session()).authorization).toBe(value);
    await http.close();
  });

  it.each([
    { name: 'an empty token', text: '\n', fault: 'the file is empty' },
    { name: 'two lines', text: 'hunter2\nhunter3', fault: 'more than one line' },
    { name: 'no header characters', text: 'hunter2…', fault: 'more than one line of plain characters' },
  ])('is refused for $name, without saying the secret', async ({ text, fault }) => {
    const http = client({ authorization: { type: 'Bearer', credentialsFile: await file('token', text) } });
    const error: unknown = await http.session().catch((thrown: unknown) => thrown);
    expect(String(error)).toContain(`cannot use authorization.credentials_file: `);
    expect(String(error)).toContain(fault);
    expect(String(error)).not.toContain('hunter');
    await http.close();
  });

  it('comes from the new file after a rotation, over new connections', async () => {
    const clock = new VirtualClock();
    const credentialsFile = await file('token', 'old');
    const http = client({ authorization: { type: 'Bearer', credentialsFile } }, clock);
    const before = await http.session();
    expect(await http.session()).toBe(before);
    await file('token', 'newer');
    await clock.advance(2_000);
    const after = await http.session();
    expect(after.authorization).toBe('Bearer newer');
    expect(after.dispatcher).not.toBe(before.dispatcher);
    await http.close();
  });
});

describe('TLS files', () => {
  it.each([
    { name: 'a certificate without its key', files: ['certFile'], message: 'a client certificate needs its key; give both' },
    { name: 'an authority without a certificate', files: ['caFile'], message: 'ca_file holds no certificate; it must be PEM' },
    { name: 'what is no PEM', files: ['certFile', 'keyFile'], message: /cannot use tls_config: .*must be PEM and belong together/ },
  ])('refuses $name', async ({ files, message }) => {
    const path = await file('text.pem', 'TOPSECRET');
    const http = client({ tls: Object.fromEntries(files.map((name) => [name, path])) });
    await expect(http.session()).rejects.toThrow(message);
    await expect(http.session()).rejects.not.toThrow('TOPSECRET');
  });
});

it('closes without ever having been used', async () => {
  await expect(client({}).close()).resolves.toBeUndefined();
});
