import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAuthority } from '../../scrape/support/certificates.ts';
import { serveHttp, serveHttps } from '../../scrape/support/loopback.ts';
import { type Answer, failureOf, get, never, useClientRig } from './support/client-rig.ts';

const rig = useClientRig();

describe('credentials', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plimsoll-kube-'));
    seen.length = 0;
  });
  afterEach(() => rm(folder, { recursive: true }));

  const seen: (string | undefined)[] = [];
  const noting: Answer = (request, response) => {
    seen.push(request.headers.authorization);
    response.end('{}');
  };
  it('come from the file of the token, also after it was rotated, while a watch goes on', async () => {
    const tokenFile = join(folder, 'token');
    await writeFile(tokenFile, 'one\n');
    const watches: ServerResponse[] = [];
    const { port } = rig.kept(
      await serveHttp((request, response) => {
        seen.push(request.headers.authorization);
        if (request.url !== '/watch') response.end('{}');
        else {
          watches.push(response);
          response.write('{"n":1}\n');
        }
      }),
    );
    const user = { tokenFile };
    const client = await rig.open({ server: `http://127.0.0.1:${port}`, user });
    const events = client.watch({ path: '/watch', signal: never });
    expect((await events.next()).value).toEqual({ n: 1 });
    await writeFile(tokenFile, 'second\n');
    await rig.clock.advance(2_000);
    await get(client);
    watches[0]?.end('{"n":2}\n');
    expect((await events.next()).value).toEqual({ n: 2 });
    expect((await events.next()).done).toBe(true);
    expect(seen).toEqual(['Bearer one', 'Bearer second']);
  });

  it.each([
    { name: 'basic', user: { username: 'test', password: '123£' }, header: 'Basic dGVzdDoxMjPCow==' },
    { name: 'none', user: {}, header: undefined },
    {
      name: 'of a program',
      user: { exec: { command: process.execPath, args: ['-e', `console.log('{"status":{"token":"made"}}')`] } },
      header: 'Bearer made',
    },
  ])('are $name', async ({ user, header }) => {
    const { port } = rig.kept(await serveHttp(noting));
    await get(await rig.open({ server: `http://127.0.0.1:${port}`, user }));
    expect(seen).toEqual([header]);
  });

  it.each([
    { name: 'a program that fails', args: ['-e', 'console.error("hunter2"); process.exit(3)'], says: 'failed; run it by hand' },
    { name: 'a program that gives no token', args: ['-e', `console.log('{"status":{}}')`], says: 'gave no token' },
  ])('of $name are said to be missing', async ({ args, says }) => {
    const client = await rig.open({ server: 'http://127.0.0.1:1', user: { exec: { command: process.execPath, args } } });
    const error = await failureOf(get(client));
    expect(error).toMatchObject({ reason: 'credentials', message: expect.stringContaining(says) });
    expect(error.message).not.toContain('hunter2');
  });

  it('that hang do not hold up a request for longer than its time', async () => {
    // Waits for the end of its input, which comes with the end of this process.
    const script = 'process.stdin.resume()';
    const client = await rig.open({
      server: 'http://127.0.0.1:1',
      user: { exec: { command: process.execPath, args: ['-e', script] } },
    });
    const controller = new AbortController();
    const asked = failureOf(get(client, '/api', controller.signal));
    controller.abort();
    expect((await asked).reason).toBe('aborted');
  });

  it('of a file that is missing are named', async () => {
    const user = { tokenFile: join(folder, 'none') };
    expect(await failureOf(get(await rig.open({ server: 'http://127.0.0.1:1', user })))).toMatchObject({
      reason: 'credentials',
      message: expect.stringMatching(/^cannot read token ".*": no such file/),
    });
  });
});

describe('TLS', () => {
  async function tlsServer({ withClients = false } = {}) {
    const authority = await createAuthority();
    const { keyPem: key, certPem: cert } = await authority.issue('kubernetes');
    const server = rig.kept(
      await serveHttps({ key, cert, ca: authority.certPem, requestCert: withClients }, (request, response) => {
        const peer = (request.socket as TLSSocket).getPeerCertificate();
        response.end(JSON.stringify({ client: peer.subject?.CN ?? null }));
      }),
    );
    return { authority, server: `https://127.0.0.1:${server.port}` };
  }
  const base64 = (text: string): string => Buffer.from(text).toString('base64');

  it('trusts the authority of the cluster under the name it is told, and shows a client certificate', async () => {
    const { authority, server } = await tlsServer({ withClients: true });
    const { certPem, keyPem } = await authority.issue('plimsoll');
    const client = await rig.open({
      server,
      cluster: { 'certificate-authority-data': base64(authority.certPem), 'tls-server-name': 'kubernetes' },
      user: { 'client-certificate-data': base64(certPem), 'client-key-data': base64(keyPem) },
    });
    expect((await get(client)).json).toEqual({ client: 'plimsoll' });
  });

  it.each([
    { name: 'an authority that is not trusted', cluster: {}, says: 'from no authority that we trust; correct certificate-authority' },
    { name: 'another name', cluster: { 'tls-server-name': 'other' }, says: 'is for another name; set tls-server-name' },
    {
      name: 'an authority that is no PEM',
      cluster: { 'certificate-authority-data': base64('hunter2') },
      reason: 'credentials',
      says: 'certificate-authority holds no certificate; it must be PEM',
    },
  ])('refuses $name', async ({ cluster, reason = 'tls', says }) => {
    const { authority, server } = await tlsServer();
    const ca = 'tls-server-name' in cluster ? { 'certificate-authority-data': base64(authority.certPem) } : {};
    const error = await failureOf(get(await rig.open({ server, cluster: { ...ca, ...cluster } })));
    expect(error).toMatchObject({ reason, message: expect.stringContaining(says) });
    expect(error.message).not.toContain('hunter2');
  });

  it('can be told to trust anybody', async () => {
    const { server } = await tlsServer();
    expect((await get(await rig.open({ server, cluster: { 'insecure-skip-tls-verify': true } }))).status).toBe(200);
  });
});

it('has TCP find out soon whether the other end is still there', async () => {
  const asked = vi.spyOn(Socket.prototype, 'setKeepAlive');
  await get(await rig.clientFor((_, response) => response.end('{}')));
  expect(asked.mock.calls).toEqual([[true, 5_000]]);
  asked.mockRestore();
});
