// What only a process can show: signals, pipes, streams and sockets of its own.
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Agent } from 'undici';
import { expect, it, onTestFinished } from 'vitest';
import { type Answer, ask as askWith, itemsOf, sumOf } from './ask.ts';
import { start } from './child.ts';
import { EPHEMERAL } from './support.ts';

const FIXTURE = fileURLToPath(new URL('../../fixtures/triton/real-2.51.0-cpu.txt', import.meta.url));
/** DESIGN section 8: everything has stopped by then. */
const STOP_MS = 5000;
const TEST_MS = 40_000;

function curlCommands(greeting: string): readonly [pods: string, external: string, page: string] {
  const [pods = '', external = '', page = ''] = [...greeting.matchAll(/^ {2}curl -sk? '?(http[^' ]+)/gm)].map(([, url]) => url);
  return [pods, external, page];
}

it('the demo: each printed command answers, at first with a reason, then with right values; SIGINT ends it', {
  timeout: TEST_MS,
}, async () => {
  const demo = start(['demo', '--scrape-interval', '500ms', ...EPHEMERAL]);
  await demo.waitFor(/Ctrl-C ends it\.\n/);
  const [podsUrl, externalUrl, pageUrl] = curlCommands(demo.out());
  // As curl -k.
  const agent = new Agent({ connect: { rejectUnauthorized: false } });
  onTestFinished(() => agent.close());
  const ask = (url: string): Promise<Answer> => askWith(url, agent);

  const first = await ask(externalUrl);
  expect(first.code).toBe(404);
  expect(JSON.parse(first.body)).toMatchObject({
    kind: 'Status',
    reason: 'NotFound',
    message: expect.stringMatching(/triton_inflight_requests.{40}/),
  });
  expect((await ask(pageUrl)).body).not.toMatch(/^plimsoll_triton_inflight_requests\{/m);

  // A scrape may come between the two questions, and a rate is extrapolated to the instant of each: they agree soon, not always.
  const pods = await until(async () => {
    const items = itemsOf(await ask(podsUrl));
    const external = itemsOf(await ask(externalUrl));
    const agree = external.length === 1 && Math.abs(sumOf(external) - sumOf(items)) <= 0.02 * sumOf(items);
    return agree && items.length === 6 ? items : undefined;
  });
  expect(pods.map((item) => item.describedObject?.name).toSorted()).toEqual([0, 1, 2, 3, 4, 5].map((number) => `triton-${number}`));
  expect(sumOf(pods)).toBeGreaterThan(0.1);
  for (const { timestamp } of pods) expect(Date.now() - Date.parse(timestamp)).toBeLessThan(3000);

  const page = (await ask(pageUrl)).body;
  expect(page.match(/^plimsoll_triton_inflight_requests\{namespace="demo",pod="triton-\d"\} \d/gm)).toHaveLength(6);
  expect(page).toContain('plimsoll_signal_coverage_ratio{signal="triton_inflight_requests",namespace="demo"} 1\n');

  const logs = demo
    .err()
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expect(logs[0]).toMatchObject({ level: 'info', msg: 'listening', targets: 8, time: expect.stringMatching(/^\d{4}-.*Z$/) });

  const askedMs = performance.now();
  demo.process.kill('SIGINT');
  expect(await demo.ended).toBe(0);
  expect(performance.now() - askedMs).toBeLessThan(STOP_MS);
  expect(demo.err()).toMatch(/"msg":"stopped"\}\n$/);
});

/** Tries until something is found; `undefined` is not yet. */
async function until<T>(find: () => Promise<T | undefined>): Promise<T> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const found = await find();
    if (found !== undefined) return found;
    await setTimeout(200);
  }
  throw new Error('not found within 20 s');
}

it('SIGTERM waits for an answer under way, a second one does not', { timeout: TEST_MS }, async () => {
  const serve = start(['serve', 'http://127.0.0.1:1', ...EPHEMERAL]);
  const [, port = ''] = await serve.waitFor(/"telemetry":"http:\/\/127\.0\.0\.1:(\d+)"/, 'err');
  // A request that never ends keeps its connection until the grace is over.
  const slow = connect(Number(port), '127.0.0.1');
  slow.on('error', () => {});
  await once(slow, 'connect');
  slow.write('GET /metrics HTTP/1.1\r\nHost: a\r\n');
  await setTimeout(50);
  serve.process.kill('SIGTERM');
  await serve.waitFor(/"msg":"stopping"/, 'err');
  serve.process.kill('SIGTERM');
  expect(await serve.ended).toBe(130);
  slow.destroy();
});

it('a reader of its output that goes away ends it without a stack', { timeout: TEST_MS }, async () => {
  const inspect = start(['inspect', FIXTURE]);
  inspect.process.stdout.destroy();
  expect(await inspect.ended).toBe(0);
  expect(inspect.err()).toBe('');
});

it('a reader of its log that goes away ends it', { timeout: TEST_MS }, async () => {
  const serve = start(['serve', 'http://127.0.0.1:1', ...EPHEMERAL]);
  serve.process.stderr.destroy();
  expect(await serve.ended).toBe(1);
});
