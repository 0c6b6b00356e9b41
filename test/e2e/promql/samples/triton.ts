// A real Triton under load, scraped on a clock that is moved faster than time goes.
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { cacheFolder } from '../../cache.ts';
import { installTriton } from '../../triton/install.ts';
import { createLoad, inferBody, inferPath } from '../../triton/load.ts';
import { BATCHED, PLAIN } from '../../triton/models.ts';
import { NEWEST } from '../../triton/releases.ts';
import { startTriton } from '../../triton/server.ts';
import { type Held, scrapedBy } from './plimsoll.ts';

/** Between two rounds of scrapes, which are seconds apart on the clock. */
const ROUND_MS = 150;
const REQUEST_SECONDS = 0.02;

/** Why there is none, or its samples. Nothing is downloaded: the suite with real Tritons does that. */
export async function tritonSamples(progress: (text: string) => void): Promise<Held | string> {
  const cache = cacheFolder(process.env);
  const isThere = await hasInstall(cache);
  if (!isThere) return `skipped: there is no Triton in ${cache}; npm run test:e2e:triton installs it`;
  const install = await installTriton({ release: NEWEST, env: process.env, progress });
  if (install.kind === 'unavailable') return `skipped: ${install.why}`;
  await using server = await startTriton(install.triton, { models: [PLAIN, BATCHED] });
  await using plain = createLoad(server.url, { path: inferPath(PLAIN.name), body: () => inferBody(REQUEST_SECONDS) });
  await using batched = createLoad(server.url, { path: inferPath(BATCHED.name), body: () => inferBody(REQUEST_SECONDS) });
  let round = 0;
  return await scrapedBy(() => ({
    jobs: [
      {
        job_name: 'triton',
        static_configs: [
          { targets: [`127.0.0.1:${server.ports.metrics}`], labels: { namespace: 'demo', pod: 'triton-0', deployment: 'triton' } },
        ],
      },
    ],
    fetch: async () => ({ kind: 'body', bytes: new TextEncoder().encode(await server.exposition()) }),
    fetchJson: async ({ path }) => {
      const response = await fetch(`${server.url}${path}`);
      const text = await response.text();
      return { kind: 'answer', status: response.status, json: text === '' ? undefined : JSON.parse(text) };
    },
    before: async () => {
      plain.setConcurrency(1 + (round % 5));
      batched.setConcurrency(6 - (round % 7));
      round += 1;
      await setTimeout(ROUND_MS);
    },
  }));
}

async function hasInstall(cache: string): Promise<boolean> {
  const { glob } = await import('node:fs/promises');
  for await (const found of glob(`nvidia-pytriton-${NEWEST.pytriton}-python*`, { cwd: cache })) {
    return access(join(cache, found)).then(
      () => true,
      () => false,
    );
  }
  return false;
}
