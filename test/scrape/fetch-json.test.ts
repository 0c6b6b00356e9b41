import type { RequestListener } from 'node:http';
import { expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { JsonResult } from '../../src/model/fetch.ts';
import { createHttpFetch } from '../../src/scrape/fetch.ts';
import { closedPort, serveHttp } from './support/loopback.ts';
import { targetOf } from './support/targets.ts';

async function read(apiUrl: string, signal = new AbortController().signal): Promise<JsonResult> {
  const jobs = configSchema.parse({ scrape_configs: [{ job_name: 'triton' }] }).scrape_configs;
  const { fetchJson, close } = createHttpFetch({ jobs, limits: { body_bytes: 100 }, clock: systemClock(), version: '1' });
  try {
    return await fetchJson({ target: targetOf('a', { apiUrl }), path: '/v2/models/stats' }, signal);
  } finally {
    await close();
  }
}

function answer(status: number, body: string): RequestListener {
  return (request, response) => void response.writeHead(request.url === '/v2/models/stats' ? status : 404).end(body);
}

it.each([
  { name: 'JSON', listener: answer(200, '{"a":[1]}'), result: { kind: 'answer', status: 200, json: { a: [1] } } },
  { name: 'an empty answer', listener: answer(200, ''), result: { kind: 'answer', status: 200, json: undefined } },
  {
    name: 'an error with its status',
    listener: answer(400, '{"error":"x"}'),
    result: { kind: 'answer', status: 400, json: { error: 'x' } },
  },
  {
    name: 'no JSON',
    listener: answer(200, '<html>'),
    result: { kind: 'failed', error: { failure: 'not-text', message: expect.stringContaining('no JSON; is triton_api.port') } },
  },
  { name: 'too much', listener: answer(200, 'x'.repeat(101)), result: { kind: 'failed', error: { failure: 'body-too-large' } } },
])('reads $name', async ({ listener, result }) => {
  await using server = await serveHttp(listener);
  expect(await read(new URL(server.url).origin)).toMatchObject(result);
});

it('says that a port is closed', async () => {
  const port = await closedPort();
  const message = expect.stringContaining(`connection refused at 127.0.0.1:${port}`);
  expect(await read(`http://127.0.0.1:${port}`)).toEqual({ kind: 'failed', error: { failure: 'refused', message } });
});

it('names the host that did not answer in time', async () => {
  await using server = await serveHttp(() => {});
  const { origin, host } = new URL(server.url);
  const stop = new AbortController();
  const reading = read(origin, stop.signal);
  setImmediate(() => stop.abort());
  expect(await reading).toMatchObject({ kind: 'failed', error: { failure: 'timeout', message: expect.stringContaining(host) } });
});
