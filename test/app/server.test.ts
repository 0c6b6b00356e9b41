// One server, one good pod, and every way in which a target can be bad, all at once and over real sockets.
import type { RequestListener } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ScrapeFailure } from '../../src/model/target.ts';
import { ask, askPod, type Pod, type Running, runPlimsoll, tritonSettings } from './support/server.ts';
import {
  announcesTooMuch,
  answers,
  bomb,
  breaksOff,
  closedPort,
  drips,
  garbage,
  hangs,
  listenOn,
  type Served,
  says,
  streamsForEver,
  tritonText,
} from './support/targets.ts';
import { until } from './support/wait.ts';

const METRIC = 'triton_pending_requests';
const PENDING = 7;
const BODY_BYTES = 1024 * 1024;
const SCRAPES = 3;

let sentByStream = 0;
const changing = { listener: says(tritonText(1)) };

/** For those that use their time-out up; a busy machine may need longer for the others. */
const SHORT = { scrape_interval: '600ms', scrape_timeout: '600ms' };
const LONG = '1200ms';
const GOOD = [
  { pod: 'good', listener: says(tritonText(PENDING)) },
  { pod: 'changing', listener: ((request, response) => changing.listener(request, response)) satisfies typeof hangs },
];

interface BadTarget {
  readonly pod: string;
  /** Undefined: nobody listens. */
  readonly listener: RequestListener | undefined;
  readonly job?: object;
  readonly failure: ScrapeFailure;
  /** Of the answer to whoever asks for its number. */
  readonly why: RegExp;
}

const BAD: readonly BadTarget[] = [
  { pod: 'gone', listener: undefined, failure: 'refused', why: /connection refused at 127\.0\.0\.1:\d+; is the server up/ },
  { pod: 'not-found', listener: answers(404), failure: 'status', why: /the server answered 404; is metrics_path right/ },
  { pod: 'broken', listener: answers(500), failure: 'status', why: /the server answered 500; its own log says why/ },
  {
    pod: 'page',
    listener: says('<html><body>hello</body></html>', { 'content-type': 'text/html' }),
    failure: 'not-text',
    why: /the answer is "text\/html", not text\/plain/,
  },
  { pod: 'page-as-text', listener: says('<html>\n<body>\n</html>\n'), failure: 'wrong-source', why: /it names no metric at all/ },
  { pod: 'garbage', listener: says(garbage(100_000)), failure: 'wrong-source', why: /cannot read the answer as triton/ },
  { pod: 'announced', listener: announcesTooMuch, failure: 'body-too-large', why: /larger than limits\.body_bytes \(1048576\)/ },
  {
    pod: 'streamed',
    listener: streamsForEver((bytes) => {
      sentByStream += bytes;
    }),
    failure: 'body-too-large',
    why: /larger than limits\.body_bytes \(1048576\)/,
  },
  { pod: 'bomb', listener: bomb(), failure: 'body-too-large', why: /larger than limits\.body_bytes \(1048576\)/ },
  {
    pod: 'slow',
    listener: drips,
    job: SHORT,
    failure: 'timeout',
    why: /only \d+ bytes came from 127\.0\.0\.1:\d+ within 600 ms \(scrape_timeout\)/,
  },
  {
    pod: 'hanging',
    listener: hangs,
    job: SHORT,
    failure: 'timeout',
    why: /no answer from 127\.0\.0\.1:\d+ within 600 ms \(scrape_timeout\)/,
  },
  { pod: 'cut-off', listener: breaksOff, failure: 'failed', why: /closed the connection in the middle of its answer/ },
  { pod: 'empty', listener: says(''), failure: 'wrong-source', why: /Triton answers any path but \/metrics with an empty 200/ },
  {
    pod: 'exporter',
    listener: says('DCGM_FI_DEV_GPU_TEMP{gpu="0",UUID="GPU-1"} 61\n'),
    failure: 'wrong-source',
    why: /it names other metrics: "DCGM_FI_DEV_GPU_TEMP"/,
  },
];

const served: Served[] = [];
let running: Running;

async function openPod({ pod, listener, job = {} }: Pick<BadTarget, 'pod' | 'listener' | 'job'>): Promise<Pod> {
  if (listener === undefined) return { name: pod, port: await closedPort() };
  const one = await listenOn(listener);
  served.push(one);
  return { name: pod, port: one.port, job };
}

beforeAll(async () => {
  const pods = await Promise.all([...GOOD, ...BAD].map(openPod));
  running = await runPlimsoll(
    tritonSettings(pods, [
      { path: ['scrape'], value: { interval: LONG, timeout: LONG } },
      { path: ['limits', 'body_bytes'], value: BODY_BYTES },
    ]),
  );
  await until('several scrapes of every target', () => {
    const statuses = [...running.server.plimsoll.scraper.book.all()];
    const isDone = statuses.every((status) => status.firstSuccessMs !== undefined || status.consecutiveFailures >= SCRAPES);
    return isDone || undefined;
  });
});

afterAll(async () => {
  await running.stop();
  await Promise.all(served.map((one) => one.close()));
});

/** Its changes of state, as the log tells them. */
function linesAbout(pod: string): string[] {
  return running.logged
    .filter(({ job, msg }) => job === pod && /^target is (up|down)/.test(msg))
    .map(({ level, msg, failure }) => `${level} ${msg} ${failure ?? ''}`.trim());
}

async function metricsPage(): Promise<string> {
  return (await ask(`${running.server.telemetryUrl}/metrics`)).body;
}

function valueIn(body: string): string | undefined {
  return JSON.parse(body).items?.[0]?.value;
}

describe('the good pod', () => {
  it('has its number', async () => {
    const { code, body } = await askPod(running.server, { pod: 'good', metric: METRIC });
    expect(code).toBe(200);
    expect(JSON.parse(body)).toMatchObject({
      kind: 'MetricValueList',
      items: [{ describedObject: { kind: 'Pod', namespace: 'demo', name: 'good' }, metric: { name: METRIC }, value: String(PENDING) }],
    });
  });

  it('is up, and nothing but the start was said of it', async () => {
    expect(await metricsPage()).toMatch(/^plimsoll_target_up\{job="good",.*\} 1$/m);
    expect(await metricsPage()).toMatch(new RegExp(`^plimsoll_${METRIC}\\{namespace="demo",pod="good"\\} ${PENDING}$`, 'm'));
    expect(await metricsPage()).not.toMatch(/^plimsoll_target_error_info\{job="good"/m);
    expect(linesAbout('good')).toEqual([]);
  });

  it('is in the list of all pods, with the one that changes and no other', async () => {
    const { body } = await askPod(running.server, { pod: '*', metric: METRIC });
    const names = JSON.parse(body).items.map((item: { describedObject: { name: string } }) => item.describedObject.name);
    expect(names.sort()).toEqual(['changing', 'good']);
  });
});

describe.each(BAD)('$pod', ({ pod, failure, why }) => {
  it('has no number, and the answer says its own cause', async () => {
    const { code, body } = await askPod(running.server, { pod, metric: METRIC });
    expect(code).toBe(404);
    expect(JSON.parse(body)).toMatchObject({ kind: 'Status', reason: 'NotFound', message: expect.stringMatching(why) });
  });

  it('is down, with the error in words', async () => {
    const page = await metricsPage();
    expect(page).toMatch(new RegExp(`^plimsoll_target_up\\{job="${pod}",.*\\} 0$`, 'm'));
    const [info = ''] = page.match(new RegExp(`^plimsoll_target_error_info\\{job="${pod}",.*\\} 1$`, 'm')) ?? [];
    expect(info).toContain(`failure="${failure}"`);
    expect(info.replaceAll('\\"', '"')).toMatch(new RegExp(why.source.slice(0, 30)));
    expect(page).not.toMatch(new RegExp(`^plimsoll_${METRIC}\\{.*pod="${pod}"`, 'm'));
  });

  it('is in the log once, whatever the number of scrapes', () => {
    expect(linesAbout(pod)).toEqual([`warn target is down ${failure}`]);
  });
});

describe('all together', () => {
  it('an endless answer is not read to its end', () => {
    const attempts = running.server.plimsoll.scraper.book;
    const [streamed] = [...attempts.all()].filter(({ target }) => target.job === 'streamed');
    expect(sentByStream / ((streamed?.consecutiveFailures ?? 0) + 1)).toBeLessThan(16 * BODY_BYTES);
  });

  it('a Prometheus that federates has the same number', async () => {
    const selector = encodeURIComponent('nv_inference_pending_request_count{pod="good"}');
    const { body } = await ask(`${running.server.telemetryUrl}/federate?match[]=${selector}`);
    expect(body).toMatch(new RegExp(`^nv_inference_pending_request_count\\{.*pod="good".*\\} ${PENDING} \\d+$`, 'm'));
  });

  it('health is told: alive, and not ready before rates have their window', async () => {
    expect(await ask(`${running.server.telemetryUrl}/livez?verbose`)).toEqual({ code: 200, body: '[+] scrape-loop: scrapes go on\nok\n' });
    const { code, body } = await ask(`${running.server.telemetryUrl}/readyz?verbose`);
    expect(code).toBe(503);
    expect(body).toContain(`[+] targets-tried: ${BAD.length + 2} of ${BAD.length + 2} targets tried, 2 read\n`);
    expect(body).toMatch(/^\[-] windows-filled: \d+ of 62 s read$/m);
  });

  it('a target that changes is followed, and said of once for each change of state', async () => {
    const value = (isAsWanted: (value: string | undefined) => boolean) => async (): Promise<true | undefined> => {
      const { code, body } = await askPod(running.server, { pod: 'changing', metric: METRIC });
      return (code === 200 && isAsWanted(valueIn(body))) || undefined;
    };
    const lines = (count: number) => (): true | undefined => linesAbout('changing').length >= count || undefined;
    await until(
      'the first text',
      value((said) => said === '1'),
    );
    changing.listener = says(`${tritonText(9)}# another comment\nnv_cache_num_hits_per_model{model="m",version="1"} 5\n`);
    await until(
      'the second text',
      value((said) => said !== '1'),
    );
    changing.listener = answers(500);
    await until('the outage', lines(1));
    expect((await askPod(running.server, { pod: 'changing', metric: METRIC })).code).toBe(404);
    changing.listener = says('');
    await until('the other outage', lines(2));
    changing.listener = says(tritonText(3));
    await until('its end', lines(3));
    expect((await askPod(running.server, { pod: 'changing', metric: METRIC })).code).toBe(200);
    expect(linesAbout('changing')).toEqual([
      'warn target is down status',
      'warn target is down for another reason wrong-source',
      'info target is up again',
    ]);
  });
});
