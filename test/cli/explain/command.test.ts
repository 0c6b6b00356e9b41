// plimsoll explain and plimsoll bundle against servers that answer well, badly, or not at all.
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import type { IncomingMessage, RequestListener } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import express from 'express';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createPlimsollApi } from '../../../src/explain/app.ts';
import { selfSignedCertificate } from '../../../src/tls/self-signed.ts';
import { closedPort, serve } from '../../app/support/targets.ts';
import { type ExplainWorld, explainWorld } from '../../explain/support/world.ts';
import { type Outcome, plimsoll } from '../support.ts';

let world: ExplainWorld;
beforeAll(async () => {
  world = await explainWorld();
});

const going = (): { readonly stop: AbortSignal } => ({ stop: new AbortController().signal });

async function running(): Promise<string> {
  const app = express();
  app.use('/api/plimsoll', createPlimsollApi(world.routes));
  return await at(app);
}

async function at(listener: RequestListener): Promise<string> {
  return `http://127.0.0.1:${(await serve(listener)).port}`;
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'plimsoll-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

function explain(server: string, ...more: readonly string[]): Promise<Outcome> {
  const words = ['triton_inflight_requests', '--object', 'deployments.apps/demo/triton'];
  return plimsoll(['explain', ...words, '--server', server, ...more], going());
}

const answers =
  (status: number, body: string): RequestListener =>
  (_request, response) =>
    void response.writeHead(status).end(body);

describe('explain', () => {
  it('prints the way down, and has exit code 0 for a value', async () => {
    const { code, out, err } = await explain(await running());
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^triton_inflight_requests of deployments\.apps\/demo\/triton\n\n {2}9 requests/);
  });

  it('has exit code 1 where there is none, and 2 where the question is wrong', async () => {
    const server = await running();
    expect(await explain(server, '--object', 'pods/demo/c')).toMatchObject({ code: 1, out: expect.stringContaining('NO VALUE (failed)') });
    const typo = await plimsoll(['explain', 'triton_inflight', '--object', 'pods/demo/c', '--server', server], going());
    expect(typo).toEqual({
      code: 2,
      out: '',
      err: 'plimsoll: cannot explain "triton_inflight": there is no such metric; did you mean triton_inflight_requests?\n',
    });
  });

  it('prints the answer as it came with --json', async () => {
    const { code, out } = await explain(`${await running()}/`, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual(await world.explain({ metric: 'triton_inflight_requests', object: 'deployments.apps/demo/triton' }));
  });

  it('hands selectors on, each as the object takes it', async () => {
    const asked: string[] = [];
    const server = await at((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(400).end('{"error":"cannot explain: no"}');
    });
    await explain(server, '--selector', 'a=b', '--metric-selector', 'model=m');
    await explain(server, '--object', 'external/demo', '--selector', 'a=b');
    expect(asked).toEqual([
      '/api/plimsoll/explain?metric=triton_inflight_requests&object=deployments.apps%2Fdemo%2Ftriton&labelSelector=a%3Db&metricLabelSelector=model%3Dm',
      '/api/plimsoll/explain?metric=triton_inflight_requests&object=external%2Fdemo&selector=a%3Db',
    ]);
  });

  it('shows what was answered at a time', async () => {
    const asked: string[] = [];
    const time = '2026-03-01T03:12:00.000Z';
    const answer = {
      first: time,
      last: time,
      count: 1,
      api: 'custom.metrics.k8s.io',
      metric: 'm\u001b[2J',
      code: 404,
      failure: { reason: 'NotFound', message: 'no' },
    };
    const server = await at((request, response) => {
      asked.push(request.url ?? '');
      const answers = [[answer], [], [{}]][asked.length - 1];
      response.end(JSON.stringify({ now: time, completeSince: time, isCut: false, answers }));
    });
    const when = ['--at', '2026-03-01T03:12:00Z'];
    const { code, out } = await explain(server, ...when);
    expect([code, out]).toEqual([0, expect.stringContaining('2026-03-01T03:12:00Z  m\ufffd[2J')]);
    expect(await explain(server, ...when, '--object', 'external/demo')).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^No answer/),
    });
    expect(await explain(server, ...when)).toMatchObject({ code: 1, err: expect.stringContaining('it is no list of answers') });
    expect(asked.slice(0, 2)).toEqual([
      '/api/plimsoll/answers?metric=triton_inflight_requests&object=deployments.apps%2Fdemo%2Ftriton&at=2026-03-01T03%3A12%3A00Z',
      '/api/plimsoll/answers?metric=triton_inflight_requests&namespace=demo&at=2026-03-01T03%3A12%3A00Z',
    ]);
  });

  it.each([
    { words: [], err: 'it needs the name of a metric, and --object' },
    { words: ['a'], err: 'it needs --object, such as deployments.apps/NAMESPACE/NAME' },
    { words: ['a', 'b', '--object', 'c'], err: 'one metric at a time, but 2 words were given: "b"' },
    { words: ['a', '--object', 'c', '--at', 'noon'], err: '--at is "noon"; expected a time' },
    {
      words: ['a', '--object', 'c', '--server', 'localhost:9410'],
      err: '--server is "localhost:9410"; expected a URL such as http://127.0.0.1:9410',
    },
    { words: ['a', '--object', 'c', '--server', 'http://me:planted@host'], err: '--server must not carry a password' },
    { words: ['a', '--object', 'c', '--server', 'ftp://me:planted@host'], err: '--server is "…@host"' },
    {
      words: ['a', '--object', 'c', '--token-file', '/no/such'],
      err: 'cannot read "/no/such": there is no such file; check the path given to --token-file',
    },
    { words: ['a', '--object', 'c', '--ca-file', tmpdir()], err: 'it cannot be read; check the path given to --ca-file' },
  ])('refuses $words', async ({ words, err }) => {
    const outcome = await plimsoll(['explain', ...words], going());
    expect([outcome.code, outcome.out]).toEqual([2, '']);
    expect(outcome.err).toContain(err);
    expect(outcome.err).not.toContain('planted');
  });
});

describe('a server that does not answer', () => {
  it('may not be there: says how to reach it', async () => {
    const { code, err } = await explain(`http://127.0.0.1:${await closedPort()}`);
    expect(code).toBe(1);
    expect(err).toMatch(
      /the connection was refused; is it running\? From outside a cluster: kubectl -n plimsoll port-forward deployment\/plimsoll 9410\n$/,
    );
  });

  it.each([
    { status: 401, body: 'Unauthorized', err: 'it wants to know who asks (401); give --token-file FILE' },
    {
      status: 403,
      body: 'forbidden: User "a" cannot get path\n',
      err: 'forbidden: User "a" cannot get path (403); allow get on the nonResourceURL "/api/plimsoll/explain"',
    },
    {
      status: 404,
      body: 'nothing here',
      err: 'it has no path "/api/plimsoll/explain"; is it the telemetry address of a Plimsoll of this version?',
    },
    { status: 404, body: '{"error":"cannot show answers: none is recorded"}', err: 'cannot show answers: none is recorded' },
    { status: 500, body: 'internal error; see the log\n', err: 'it answers status 500: internal error; see the log; see its log' },
    { status: 200, body: 'hello', err: 'it is no JSON; is it the telemetry address of a Plimsoll?' },
    { status: 200, body: '{"status":"success"}', err: 'it is no explanation; is it a Plimsoll of this version?' },
  ])('with $status $body', async ({ status, body, err }) => {
    const outcome = await explain(await at(answers(status, body)));
    expect([outcome.code, outcome.out]).toEqual([1, '']);
    expect(outcome.err).toContain(err);
  });

  it('may speak TLS where http is asked, and the other way round', async () => {
    const plain = await at(answers(200, '{}'));
    expect((await explain(plain.replace('http:', 'https:'))).err).toContain('it does not speak TLS; write http:// in --server');
  });

  it('may go away in the middle, and may be interrupted', async () => {
    const cut = await at((request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{', () => request.socket.destroy());
    });
    expect((await explain(cut)).err).toContain('the connection was closed');
    const words = ['explain', 'm', '--object', 'pods/a/b', '--server', await at(() => {})];
    expect((await plimsoll(words, { stop: AbortSignal.abort() })).err).toContain('it was interrupted');
  });
});

describe('who asks', () => {
  it('is shown by a token, which is in no message', async () => {
    const seen: IncomingMessage['headers'][] = [];
    const server = await at((request, response) => {
      seen.push(request.headers);
      response.writeHead(401).end('no');
    });
    const file = join(await folder(), 'token');
    await writeFile(file, 'planted.token\n');
    const { err } = await explain(server, '--token-file', file);
    expect(seen[0]?.authorization).toBe('Bearer planted.token');
    expect(err).toContain('it does not take what it was shown');
    expect(err).not.toContain('planted');
    await writeFile(file, 'two\nplanted lines\n');
    const outcome = await explain(server, '--token-file', file);
    expect(outcome).toMatchObject({ code: 2, err: expect.stringContaining('--token-file: the file holds more than one line') });
    expect(outcome.err).not.toContain('planted');
  });

  it('is shown by a name and a password', async () => {
    const seen: (string | undefined)[] = [];
    const server = await at((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(401).end('no');
    });
    const file = join(await folder(), 'password');
    await writeFile(file, 'planted wörd\n');
    const { err } = await explain(server, '--user', 'me', '--password-file', file);
    expect(seen).toEqual([`Basic ${Buffer.from('me:planted wörd').toString('base64')}`]);
    expect(err).not.toContain('planted');
  });

  it('is shown by a client certificate', async () => {
    const { certPem, keyPem } = await selfSignedCertificate({ hosts: ['127.0.0.1'], notBefore: new Date(Date.now() - 60_000), days: 1 });
    const shown: boolean[] = [];
    const tls = { cert: certPem, key: keyPem, requestCert: true, rejectUnauthorized: false };
    const server = createSecure(tls, ({ socket }, response) => {
      shown.push(socket instanceof TLSSocket && Object.keys(socket.getPeerCertificate()).length > 0);
      response.writeHead(401).end('no');
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const url = `https://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    const place = await folder();
    const [cert, key] = [join(place, 'cert.pem'), join(place, 'key.pem')];
    await writeFile(cert, certPem);
    await writeFile(key, keyPem);
    await explain(url, '--ca-file', cert);
    await explain(url, '--ca-file', cert, '--cert-file', cert, '--key-file', key);
    expect(shown).toEqual([false, true]);
  });

  it('trusts the authority of --ca-file, and nobody without', async () => {
    const { certPem, keyPem } = await selfSignedCertificate({ hosts: ['127.0.0.1'], notBefore: new Date(Date.now() - 60_000), days: 1 });
    const app = express();
    app.use('/api/plimsoll', createPlimsollApi(world.routes));
    const server = createSecure({ cert: certPem, key: keyPem }, app).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const url = `https://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    expect((await explain(url)).err).toContain('its certificate is from no authority that is trusted; name its CA with --ca-file');
    const file = join(await folder(), 'ca.pem');
    await writeFile(file, certPem);
    expect((await explain(url, '--ca-file', file)).code).toBe(0);
    await writeFile(file, 'nothing');
    expect(await explain(url, '--ca-file', file)).toMatchObject({
      code: 2,
      err: expect.stringContaining('--ca-file holds no certificate'),
    });
  });
});

describe('bundle', () => {
  it('writes one JSON, compressed, for its owner alone', async () => {
    const file = join(await folder(), 'b.json.gz');
    const { code, out, err } = await plimsoll(['bundle', '--server', await running(), '--output', file], going());
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^wrote .*b\.json\.gz \(\d+ KiB\); look before you send it on: gunzip -c /);
    const text = (await promisify(gunzip)(await readFile(file))).toString('utf8');
    expect(JSON.parse(text)).toMatchObject({ process: { version: '1.2.3' }, targets: { length: 5 } });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('goes to standard output as plain JSON', async () => {
    const { out } = await plimsoll(['bundle', '--server', await running(), '--output', '-'], going());
    expect(JSON.parse(out)).toHaveProperty('process.version', '1.2.3');
  });

  it.each([
    { words: ['x'], code: 2, err: 'it takes no argument, got "x"' },
    { words: ['--output', '/no/such/folder/b'], code: 1, err: 'cannot write "/no/such/folder/b": ENOENT; give another file with --output' },
  ])('refuses $words', async ({ words, code, err }) => {
    const outcome = await plimsoll(['bundle', '--server', await running(), ...words], going());
    expect(outcome).toMatchObject({ code, out: '', err: expect.stringContaining(err) });
  });

  it('takes no other JSON for one', async () => {
    const { code, err } = await plimsoll(['bundle', '--server', await at(answers(200, '{}'))], going());
    expect([code, err]).toEqual([1, expect.stringContaining('it is no bundle')]);
  });
});
