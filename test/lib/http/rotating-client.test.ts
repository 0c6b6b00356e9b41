import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'undici';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createRotatingClient } from '../../../src/lib/http/rotating-client.ts';
import { WatchedFiles } from '../../../src/lib/http/watched-files.ts';
import { VirtualClock } from '../../../src/lib/virtual-clock.ts';
import { serveHttp } from '../../scrape/support/loopback.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plimsoll-rotating-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('lets requests over old connections go on, and ends them too when it is closed', async () => {
  const clock = new VirtualClock();
  const path = join(folder, 'token');
  await writeFile(path, 'one');
  await using server = await serveHttp((_, response) => void response.write('begun'));
  const { origin } = new URL(server.url);
  const client = createRotatingClient({
    files: new WatchedFiles({ token: path }, clock),
    open: (texts) => ({ dispatcher: new Pool(origin), authorization: texts.get('token') }),
  });
  const ask = async (): Promise<AsyncIterator<unknown>> => {
    const { dispatcher } = await client.session();
    return (await dispatcher.request({ origin, path: '/', method: 'GET' })).body[Symbol.asyncIterator]();
  };
  const old = await ask();
  expect(String((await old.next()).value)).toBe('begun');
  await writeFile(path, 'second');
  await clock.advance(2_000);
  const fresh = await ask();
  expect((await client.session()).authorization).toBe('second');
  const ends = Promise.allSettled([old.next(), (await fresh.next()) && fresh.next()]);
  await client.close();
  expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
