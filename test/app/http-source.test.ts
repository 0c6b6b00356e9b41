// A change of configuration under running scrapes: they end as they began, the next ones use the new credentials.
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createHttpSource, type HttpSource } from '../../src/app/http-source.ts';
import { type Settings, settingsOf } from '../../src/app/settings.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { Fetch } from '../../src/model/fetch.ts';
import { targetAt } from './support/feed.ts';
import { serve } from './support/targets.ts';
import { timed } from './support/wait.ts';

const UNTIL_DONE = new AbortController().signal;

function settingsFor(port: number, job: object = {}): Settings {
  return settingsOf('the test', [
    { path: ['scrape_configs'], value: [{ job_name: 'job', ...job, static_configs: [{ targets: [`127.0.0.1:${port}`] }] }] },
  ]);
}

interface Rig {
  readonly source: HttpSource;
  readonly port: number;
  read(signal?: AbortSignal): Promise<string>;
}

async function open(listener: RequestListener): Promise<Rig> {
  const { port } = await serve(listener);
  const settings = settingsFor(port);
  const source = createHttpSource({ config: settings.config, clock: systemClock(), version: '1.2.3' });
  onTestFinished(() => source.close());
  return { source, port, read: async (signal = UNTIL_DONE) => textOf(await source.fetch(targetAt(settings.targets, 0), signal)) };
}

function textOf(result: Awaited<ReturnType<Fetch>>): string {
  return result.kind === 'failed' ? `${result.error.failure}: ${result.error.message}` : Buffer.from(result.bytes).toString();
}

it('other settings hold for the next scrape, and disturb none that is under way', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const password_file = join(folder, 'password');
  await writeFile(password_file, 'secret\n');
  const asked = Promise.withResolvers<() => void>();
  const { source, port, read } = await open((request, response) => {
    const answer = (): void => void response.end(request.headers.authorization ?? 'nothing');
    if (request.headers.authorization === undefined) asked.resolve(answer);
    else answer();
  });
  const running = read();
  const answer = await asked.promise;
  source.use(settingsFor(port, { basic_auth: { username: 'me', password_file } }).config);
  expect(await read()).toBe(`Basic ${Buffer.from('me:secret').toString('base64')}`);
  answer();
  expect(await running).toBe('nothing');
});

it('connections of earlier settings are closed when nobody reads over them any more', async () => {
  const closed: Promise<unknown>[] = [];
  const { source, port, read } = await open((request, response) => {
    closed.push(once(request.socket, 'close'));
    response.end('text');
  });
  expect(await read()).toBe('text');
  source.use(settingsFor(port).config);
  await timed(Promise.all(closed), 2000);
  expect(await read()).toBe('text');
  expect(closed).toHaveLength(2);
});

it('close ends what is under way, under whatever settings it began', async () => {
  const asked = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let requests = 0;
  const { source, port, read } = await open(() => asked[requests++]?.resolve());
  const first = read();
  await asked[0]?.promise;
  source.use(settingsFor(port).config);
  const second = read();
  await asked[1]?.promise;
  await timed(source.close(), 2000);
  expect(await Promise.all([first, second])).toEqual([expect.stringMatching(/^failed: /), expect.stringMatching(/^failed: /)]);
});
