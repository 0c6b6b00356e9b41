// Which Events are written, and when: on a virtual clock, with an API server that notes what it is told.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Autoscaler } from '../../src/explain/events/event.ts';
import { createEventWriter } from '../../src/explain/events/writer.ts';
import { AutoscalerEvents } from '../../src/explain/events.ts';
import { objectOf } from '../../src/lib/json.ts';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import type { AskedMetric, GivenAnswer } from '../../src/model/answer-recorder.ts';
import type { Meter } from '../../src/model/meter.ts';
import { type Logged, recordingLog } from '../app/support/log.ts';
import { answer, apiServer, type FakeApiServer, status, unreachable } from '../auth/support/api-server.ts';
import { asked, failure, list, START_MS, value } from './recorder/rig.ts';

const HPA: Autoscaler = { namespace: 'demo', name: 'triton', uid: 'u1' };
const DOWN = failure('last scrape failed; is the server up?');

let clock: VirtualClock;
let server: FakeApiServer;
let lines: Logged[];
let counted: Map<string, number>;
let followers: Autoscaler[];
let events: AutoscalerEvents;
let stop: AbortController;
let running: Promise<void>;

beforeEach(() => {
  clock = new VirtualClock(START_MS);
  server = apiServer(() => answer(201, {}));
  lines = [];
  counted = new Map();
  followers = [HPA];
  stop = new AbortController();
  const log = recordingLog(lines);
  const meter: Meter = {
    counter: () => ({
      add: (amount, labels = {}) => {
        const key = Object.values(labels).join(' ');
        counted.set(key, (counted.get(key) ?? 0) + amount);
      },
    }),
    gauge: () => ({ set: () => {} }),
    histogram: () => ({ observe: () => {} }),
  };
  events = new AutoscalerEvents({
    followersOf: () => followers,
    writer: createEventWriter({ client: server, clock, log }),
    clock,
    log,
    meter,
  });
  running = events.run(stop.signal);
});
afterEach(async () => {
  stop.abort();
  await running;
});

/** An autoscaler asks every 15 s and is told the same, for so long. */
async function told(given: GivenAnswer, seconds: number, question: AskedMetric = asked()): Promise<void> {
  for (let left = seconds; left > 0; left -= 15) {
    events.absences.record({ atMs: clock.nowMs(), user: 'hpa', asked: question, given });
    await clock.advance(15_000);
  }
}

/** `POST Warning ×1 no value since …`, `PATCH ×2 …`. */
function written(): string[] {
  return server.asked.map(({ method, body }) => {
    const { type, count, message } = objectOf(body);
    return [method, type, `×${count}`, message].filter((part) => part !== undefined).join(' ');
  });
}

const WARNING = 'Warning ×1 no value since 2026-03-01T00:00:00Z (failed): last scrape failed; is the server up?';

describe('absence', () => {
  it('that lasts a minute is told once, as an Event on the autoscaler', async () => {
    await told(DOWN, 60);
    expect(written()).toEqual([]);
    await told(DOWN, 300);
    expect(written()).toEqual([`POST ${WARNING}`]);
    expect(server.asked[0]).toMatchObject({
      path: '/api/v1/namespaces/demo/events',
      body: {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: expect.stringMatching(/^triton\.[0-9a-f]{16}$/), namespace: 'demo' },
        involvedObject: { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', ...HPA },
        reason: 'MetricAbsent',
        source: { component: 'plimsoll' },
        firstTimestamp: '2026-03-01T00:00:00Z',
        lastTimestamp: '2026-03-01T00:01:05Z',
      },
    });
    expect([...counted]).toEqual([['Warning written', 1]]);
  });

  it('that goes on is told again every ten minutes, with the words of then', async () => {
    await told(DOWN, 660);
    await told(failure('stale', { reason: 'stale' }), 660);
    const again = 'no value since 2026-03-01T00:00:00Z (stale): stale';
    expect(written()).toEqual([`POST ${WARNING}`, `PATCH ×2 ${again}`, `PATCH ×3 ${again}`]);
    const { name } = objectOf(objectOf(server.asked[0]?.body)['metadata']);
    expect(server.asked[1]?.path).toBe(`/api/v1/namespaces/demo/events/${name}`);
  });

  it('that is over is told once more', async () => {
    await told(DOWN, 120);
    await told(value(1), 60);
    expect(written()).toEqual([`POST ${WARNING}`, 'POST Normal ×1 triton_inflight_requests has a value again, after 2m without one']);
    expect(server.asked[1]).toMatchObject({ body: { reason: 'MetricPresent', firstTimestamp: '2026-03-01T00:02:00Z' } });
  });

  it.each<[string, GivenAnswer]>([
    ['an empty list', list()],
    ['a failure of the server', failure('too slow', { code: 504, reason: 'Timeout' })],
    ['a wrong question', failure('no such selector', { code: 400, reason: 'BadRequest' })],
  ])('is also %s', async (_, given) => {
    await told(given, 120);
    expect(written()).toHaveLength(1);
  });

  it.each<[string, GivenAnswer]>([
    ['a refusal, which may be of anybody', failure('no', { code: 403, isRefusal: true })],
    ['a list in which some are missing', list('failed', 1)],
  ])('is not %s', async (_, given) => {
    await told(given, 600);
    expect(written()).toEqual([]);
  });

  it('of less than a minute is nothing, however often', async () => {
    for (let time = 0; time < 10; time += 1) {
      await told(DOWN, 60);
      await told(value(1), 15);
    }
    expect(written()).toEqual([]);
  });

  it('that comes and goes is told of every ten minutes at most', async () => {
    for (let time = 0; time < 8; time += 1) {
      await told(DOWN, 90);
      await told(value(1), 60);
    }
    const warnings = written().filter((line) => line.includes('Warning'));
    expect(warnings).toHaveLength(2);
    expect(written()).toHaveLength(4);
  });

  it('that was asked about once is nobody’s trouble, nor one that nobody asks about any more', async () => {
    await told(DOWN, 15);
    await clock.advance(600_000);
    expect(written()).toEqual([]);
    await told(DOWN, 120);
    expect(written()).toHaveLength(1);
    await clock.advance(3_600_000);
    await told(value(1), 15);
    expect(written()).toHaveLength(1);
  });

  it('that nobody follows is told when somebody does', async () => {
    followers = [];
    await told(DOWN, 300);
    expect(written()).toEqual([]);
    followers = [HPA, { ...HPA, name: 'b', uid: 'u2' }];
    await told(DOWN, 90);
    expect(written()).toHaveLength(2);
  });

  it('of an autoscaler that was made anew is told to the new one', async () => {
    await told(DOWN, 90);
    followers = [{ ...HPA, uid: 'u2' }];
    await told(DOWN, 90);
    expect(server.asked.map(({ body }) => objectOf(objectOf(body)['involvedObject'])['uid'])).toEqual(['u1', 'u2']);
  });

  it('of very many is followed up to a bound', async () => {
    followers = [];
    for (const atMs of [START_MS, START_MS + 60_000]) {
      for (let index = 0; index < 1500; index += 1) {
        events.absences.record({ atMs, user: '', asked: asked({ metric: `m${index}` }), given: DOWN });
      }
    }
    expect(events.absences.lasting(START_MS + 60_000).size).toBe(1000);
  });
});

describe('the API server', () => {
  it('is not asked more than twenty times at once, then twenty times a minute', async () => {
    followers = Array.from({ length: 100 }, (_, index) => ({ ...HPA, name: `h${index}`, uid: `u${index}` }));
    await told(DOWN, 75);
    expect(written().length).toBeLessThanOrEqual(24);
    const before = written().length;
    await told(DOWN, 120);
    expect(written().length - before).toBeLessThanOrEqual(41);
    await told(DOWN, 300);
    expect(new Set(server.asked.map(({ body }) => objectOf(objectOf(body)['involvedObject'])['uid'])).size).toBe(100);
    expect(counted.get('Warning limited')).toBeGreaterThan(0);
  });

  it('that refuses is asked again a minute later, once for all in the namespace; the log says it once, and when it does no more', async () => {
    followers = [HPA, { ...HPA, name: 'b', uid: 'u2' }];
    server.script = () => status(403, 'events is forbidden');
    await told(DOWN, 300);
    expect(server.asked.length).toBeGreaterThanOrEqual(3);
    expect(server.asked.length).toBeLessThanOrEqual(5);
    expect(lines).toMatchObject([
      {
        said: 'warn Events of autoscalers may not be written, trying again; k8s/components/events has the rights',
        fields: { namespace: 'demo', why: 'the API server answered 403: events is forbidden' },
      },
    ]);
    server.script = () => answer(201, {});
    await told(DOWN, 90);
    expect(lines.slice(1)).toMatchObject([{ said: 'info Events of autoscalers may be written now' }]);
    expect(written().slice(-2)).toEqual([`POST ${WARNING}`, `POST ${WARNING}`]);
  });

  it('that refuses in one namespace is asked in the others', async () => {
    followers = [HPA, { ...HPA, namespace: 'other', uid: 'u2' }];
    server.script = ({ path }) => (path.includes('/demo/') ? status(403, 'no') : answer(201, {}));
    await told(DOWN, 90);
    expect(counted.get('Warning written')).toBe(1);
    expect(counted.get('Warning refused')).toBe(1);
  });

  it('that cannot be reached is asked again soon; the log says it once', async () => {
    server.script = unreachable;
    await told(DOWN, 120);
    expect(server.asked.length).toBeGreaterThan(2);
    expect(lines).toMatchObject([
      { said: 'warn Event of an autoscaler not written, trying again', fields: { why: expect.stringContaining('refused') } },
    ]);
    server.script = () => answer(201, {});
    await told(DOWN, 30);
    expect(counted.get('Warning written')).toBe(1);
  });

  it('that has forgotten an Event gets it anew', async () => {
    server.script = ({ method }) => (method === 'PATCH' ? status(404, 'gone') : answer(201, {}));
    await told(DOWN, 720);
    expect(server.asked.map(({ method }) => method)).toEqual(['POST', 'PATCH', 'POST']);
    expect(server.asked[2]?.body).toMatchObject({ count: 2 });
  });

  it('that has the Event already, of another replica, is told again', async () => {
    server.script = ({ method }) => (method === 'POST' ? status(409, 'there') : answer(200, {}));
    await told(DOWN, 90);
    expect(server.asked.map(({ method }) => method)).toEqual(['POST', 'PATCH']);
    expect(counted.get('Warning written')).toBe(1);
  });

  it('gets no longer message than it takes, whole to its last character', async () => {
    await told(failure('ü'.repeat(2000)), 90);
    const { message } = objectOf(server.asked[0]?.body);
    expect(Buffer.byteLength(String(message))).toBeLessThanOrEqual(1024);
    expect(String(message)).toMatch(/: ü+$/);
  });

  it('gets a name that may be one', async () => {
    followers = [{ ...HPA, name: `${'a'.repeat(235)}.${'b'.repeat(17)}` }];
    await told(DOWN, 90);
    const { name } = objectOf(objectOf(server.asked[0]?.body)['metadata']);
    expect(name).toMatch(/^a{235}\.[0-9a-f]{16}$/);
  });
});

it('goes on whatever is wrong, and says so', async () => {
  const bug = new Error('bug');
  server.script = () => {
    throw bug;
  };
  await told(DOWN, 75);
  expect(lines[0]).toEqual({ said: 'error Events of autoscalers failed, going on', fields: { err: bug } });
  server.script = () => answer(201, {});
  await told(DOWN, 30);
  expect(counted.get('Warning written')).toBe(1);
});
