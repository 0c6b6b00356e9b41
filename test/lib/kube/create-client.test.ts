import type { IncomingMessage } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { closedPort, serveHttp, serveTcp } from '../../scrape/support/loopback.ts';
import { type Answer, failureOf, get, never, useClientRig } from './support/client-rig.ts';

const rig = useClientRig();

describe('a request', () => {
  it('says who asks and what it takes, and gives status, JSON and length', async () => {
    let seen: IncomingMessage | undefined;
    const server = rig.kept(
      await serveHttp((request, response) => {
        seen = request;
        response.end('{"a":"ü"}');
      }),
    );
    const client = await rig.open({ server: `http://127.0.0.1:${server.port}/k8s/c-1`, user: { token: 'abc', as: 'jane' } });
    expect(await client.request({ method: 'GET', path: '/api/v1/pods?limit=1', accept: 'application/json;x=y', signal: never })).toEqual({
      status: 200,
      json: { a: 'ü' },
      bytes: 10,
    });
    expect(seen?.url).toBe('/k8s/c-1/api/v1/pods?limit=1');
    expect(seen?.headers).toMatchObject({
      accept: 'application/json;x=y',
      authorization: 'Bearer abc',
      'user-agent': 'plimsoll/1.2.3',
      'impersonate-user': 'jane',
    });
    expect(seen?.headers).not.toHaveProperty('accept-encoding');
  });

  it.each([
    { method: 'POST', type: 'application/json' },
    { method: 'PATCH', type: 'application/merge-patch+json' },
  ] as const)('sends JSON by $method', async ({ method, type }) => {
    const client = await rig.clientFor(async (request, response) => {
      const { 'content-type': contentType, accept } = request.headers;
      response.writeHead(201).end(JSON.stringify({ method: request.method, contentType, accept, body: await readText(request) }));
    });
    const answer = await client.request({ method, path: '/x', body: { spec: { token: 'ü' } }, signal: never });
    expect(answer.status).toBe(201);
    expect(answer.json).toEqual({ method, contentType: type, accept: 'application/json', body: '{"spec":{"token":"ü"}}' });
  });

  it('answers with a refusal like with anything else, whether it is JSON or not', async () => {
    const client = await rig.clientFor((request, response) => {
      response.writeHead(request.url === '/json' ? 403 : 404).end(request.url === '/json' ? '{"kind":"Status"}' : '404 page not found');
    });
    expect(await get(client, '/json')).toEqual({ status: 403, json: { kind: 'Status' }, bytes: 17 });
    expect(await get(client, '/text')).toEqual({ status: 404, json: undefined, bytes: 18 });
  });

  it('parses each long answer in a turn of its own', async () => {
    const client = await rig.clientFor((_request, response) => response.end(JSON.stringify('x'.repeat(200_000))));
    const answers = await Promise.all([get(client), get(client), get(client)]);
    expect(answers.map(({ bytes }) => bytes)).toEqual([200_002, 200_002, 200_002]);
  });

  it('is tried once more when an idle connection was just closed, unless it changes something', async () => {
    let requests = 0;
    const client = await rig.clientFor((request, response) => {
      requests += 1;
      if (requests % 2 === 1) request.socket.destroy();
      else response.end('{}');
    });
    expect((await get(client)).status).toBe(200);
    const error = await failureOf(client.request({ method: 'POST', path: '/x', body: {}, signal: never }));
    expect(error.message).toMatch(/the connection was closed \(\w+\); is the server restarting\?/);
    expect(requests).toBe(3);
  });
});

describe('a KubeUnreachable', () => {
  it.each<{ name: string; answer: Answer; reason: string; says: string | RegExp }>([
    {
      name: 'an answer that is too long by its head',
      answer: (_, response) => response.writeHead(200, { 'content-length': 2_000 }).end('x'.repeat(2_000)),
      reason: 'too-long',
      says: 'cannot read the answer of the API server to /api: it is longer than 1000 bytes; ask for less at once',
    },
    {
      name: 'an answer that turns out too long',
      answer: (_, response) => {
        response.write('x'.repeat(900));
        response.end('x'.repeat(900));
      },
      reason: 'too-long',
      says: 'longer than 1000 bytes',
    },
    {
      name: 'an answer that is no JSON',
      answer: (_, response) => response.end('<html>'),
      reason: 'malformed',
      says: 'it is no JSON; does the kubeconfig name an API server?',
    },
    {
      name: 'an answer that breaks off',
      answer: (_, response) => {
        response.write('{', () => response.destroy());
      },
      reason: 'connection',
      says: /^cannot reach the API server http:\/\/127.0.0.1:\d+: the connection was closed/,
    },
  ])('tells of $name', async ({ answer, reason, says }) => {
    const error = await failureOf(get(await rig.clientFor(answer, { answerBytes: 1_000 })));
    expect(error.reason).toBe(reason);
    expect(error.message).toMatch(says);
  });

  it('tells of a server that is not there', async () => {
    const client = await rig.open({ server: `http://127.0.0.1:${await closedPort()}` });
    expect(await failureOf(get(client))).toMatchObject({
      reason: 'connection',
      message: expect.stringContaining('connection refused; is it up, and is its address right?'),
    });
  });

  it('tells of something that is no HTTP', async () => {
    const { port } = rig.kept(await serveTcp((socket) => socket.end('220 mail.example ESMTP\r\n')));
    expect((await failureOf(get(await rig.open({ server: `http://127.0.0.1:${port}` })))).message).toContain('does not answer in HTTP/1.1');
  });

  it('tells of a server that does not answer in time, and of a caller who does not wait', async () => {
    const asked = Promise.withResolvers<void>();
    const client = await rig.clientFor(() => asked.resolve(), { requestMs: 7_000 });
    const late = failureOf(get(client));
    await asked.promise;
    await rig.clock.advance(7_000);
    expect(await late).toMatchObject({ reason: 'timeout', message: expect.stringContaining('no answer within 7000 ms') });
    const controller = new AbortController();
    const unwanted = failureOf(get(client, '/api', controller.signal));
    controller.abort();
    expect((await unwanted).reason).toBe('aborted');
    expect((await failureOf(get(client, '/api', AbortSignal.abort()))).reason).toBe('aborted');
  });
});
