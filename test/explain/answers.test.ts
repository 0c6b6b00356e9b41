// /api/plimsoll/answers: what may be asked, and how answers look; and that the text for people reads them all.
import { describe, expect, it } from 'vitest';
import { answersText } from '../../src/cli/explain/answers-text.ts';
import { answersRoute } from '../../src/explain/answers.ts';
import { asked, external, failure, HPA_USER, list, pods, recording, START_MS, value } from './recorder/rig.ts';

const { recorder, tell } = recording();
tell(0, value(12.5, { newestMs: START_MS - 1500 }), { asked: asked({ metricLabelSelector: 'model=a' }) });
tell(15, value(12.5, { newestMs: START_MS + 14_000 }), { asked: asked({ metricLabelSelector: 'model=a' }) });
const missing = [{ pod: { namespace: 'demo', name: 'triton-3' }, why: 'down' }];
tell(20, value(3, { coverage: { expected: 2, contributing: 1, missing }, estimated: true }), { asked: external('app=triton'), user: '' });
tell(25, list(1, 'failed', 3), { asked: pods('app=triton') });
tell(30, list(), { asked: pods('app=nobody') });
tell(40, failure('last scrape failed 3 s ago'), {
  asked: asked({ namespace: undefined, object: { group: '', resource: 'nodes', name: 'n' } }),
});
const late = recording();
late.tell(45.9, value(1), { asked: asked({ metric: 'late' }) });
const clock = { nowMs: () => START_MS + 60_000 };

async function answered(query: string): Promise<unknown> {
  const route = answersRoute({ recorder: query.includes('metric=late') ? late.recorder : recorder, clock });
  return JSON.parse(JSON.stringify(await route.answer({ query: new URLSearchParams(query), abortSignal: new AbortController().signal })));
}

it('shows every kind of answer, the newest first', async () => {
  const common = { user: HPA_USER, api: 'custom.metrics.k8s.io', metric: 'triton_inflight_requests' };
  const once = (seconds: string) => ({ first: `2026-03-01T00:00:${seconds}.000Z`, last: `2026-03-01T00:00:${seconds}.000Z`, count: 1 });
  const { user: _, ...nobody } = common;
  expect(await answered('')).toEqual({
    now: '2026-03-01T00:01:00.000Z',
    completeSince: '2026-03-01T00:00:00.000Z',
    isCut: false,
    answers: [
      { ...common, ...once('40'), object: 'nodes/n', code: 404, failure: { reason: 'failed', message: 'last scrape failed 3 s ago' } },
      {
        ...common,
        ...once('30'),
        namespace: 'demo',
        object: 'pods/*',
        labelSelector: 'app=nobody',
        code: 200,
        list: { objects: 0, values: 0 },
      },
      {
        ...common,
        ...once('25'),
        namespace: 'demo',
        object: 'pods/*',
        labelSelector: 'app=triton',
        code: 200,
        list: {
          objects: 3,
          values: 2,
          sum: 4,
          min: 1,
          max: 3,
          newest: '2026-03-01T00:00:00.000Z',
          windowSeconds: 60,
          missing: [{ name: 'triton-1', reason: 'failed' }],
        },
      },
      {
        ...nobody,
        ...once('20'),
        api: 'external.metrics.k8s.io',
        namespace: 'demo',
        labelSelector: 'app=triton',
        code: 200,
        value: {
          value: 3,
          newest: '2026-03-01T00:00:00.000Z',
          windowSeconds: 60,
          expected: 2,
          contributing: 1,
          estimated: true,
          missing: [{ name: 'demo/triton-3' }],
        },
      },
      {
        ...common,
        first: '2026-03-01T00:00:00.000Z',
        last: '2026-03-01T00:00:15.000Z',
        count: 2,
        namespace: 'demo',
        object: 'deployments.apps/triton',
        metricLabelSelector: 'model=a',
        code: 200,
        value: { value: 12.5, newest: '2026-03-01T00:00:14.000Z', windowSeconds: 60, expected: 2, contributing: 2, estimated: false },
      },
    ],
  });
});

describe('a question', () => {
  it.each([
    { query: 'object=pods/*', count: 2 },
    { query: 'object=pods/demo/*', count: 2 },
    { query: 'object=pods/demo/*&namespace=demo', count: 2 },
    { query: 'object=pods/other/*', count: 0 },
    { query: 'namespace=demo', count: 4 },
    { query: 'metric=triton_inflight_requests&at=2026-03-01T00:00:10Z', count: 1 },
    { query: 'at=2026-03-01T00:00:10.5%2B00:00', count: 1 },
    { query: 'at=2026-03-01T00:00:45Z&metric=late', count: 1 },
    { query: 'at=2026-03-01T00:00:45.0Z&metric=late', count: 0 },
    { query: 'to=2026-03-01T00:00:45Z&metric=late', count: 1 },
    { query: 'to=2026-03-01T00:00:45.8Z&metric=late', count: 0 },
    { query: 'from=2026-03-01T00:00:45Z&metric=late', count: 1 },
    { query: 'from=2026-03-01T00:00:15Z&to=2026-03-01T00:00:20Z', count: 2 },
    { query: 'from=2026-03-01T00:00:16Z', count: 4 },
    { query: 'from=2026-03-01T00:00:16Z&limit=3', count: 3 },
    { query: 'metric=', count: 5 },
  ])('finds $count for $query', async ({ query, count }) => {
    expect(await answered(query)).toMatchObject({ answers: Array.from({ length: count }, () => ({})) });
  });

  it.each([
    ['foo=1', 'there is no parameter "foo"; the parameters are metric, namespace, object, from, to, at, limit'],
    ['at=yesterday', 'at is "yesterday"; expected a time such as 2026-03-01T03:12:00Z'],
    ['from=2026-02-30T00:00:00Z', 'from is "2026-02-30T00:00:00Z"; expected a time such as 2026-03-01T03:12:00Z'],
    ['to=2026-03-01', 'to is "2026-03-01"; expected a time such as 2026-03-01T03:12:00Z'],
    [
      'at=2026-03-01T00:00:00Z&to=2026-03-01T00:00:00Z',
      'at asks for one moment, from and to for what was given between two; leave out one of both',
    ],
    ['from=2026-03-01T00:00:01Z&to=2026-03-01T00:00:00Z', 'from is later than to; swap them'],
    ['limit=0', 'limit is "0"; expected a whole number from 1 to 1000'],
    ['limit=1001', 'limit is "1001"; expected a whole number from 1 to 1000'],
    ['limit=1e2', 'limit is "1e2"; expected a whole number from 1 to 1000'],
    ['metric=a&metric=b', 'metric is given more than once; give it once'],
    ['object=pods', 'object is "pods"; expected RESOURCE/NAME such as deployments.apps/triton or pods/*, or RESOURCE/NAMESPACE/NAME'],
    ['object=a/b/c/d', 'object is "a/b/c/d"; expected RESOURCE/NAME such as deployments.apps/triton or pods/*, or RESOURCE/NAMESPACE/NAME'],
    ['object=a//c', 'object is "a//c"; expected RESOURCE/NAME such as deployments.apps/triton or pods/*, or RESOURCE/NAMESPACE/NAME'],
    ['object=pods/demo/a&namespace=other', 'object and namespace name two namespaces; name one'],
  ])('that is wrong is refused: %s', async (query, why) => {
    await expect(answered(query)).rejects.toMatchObject({ code: 400, message: `cannot look for answers: ${why}` });
  });

  it('finds nothing where nothing is recorded, and says so', async () => {
    const route = answersRoute({ recorder: undefined, clock });
    const asking = route.answer({ query: new URLSearchParams(), abortSignal: new AbortController().signal });
    await expect(asking).rejects.toMatchObject({ code: 404, message: expect.stringContaining('recorder.memory_bytes') });
  });
});

it('is read whole by the text for people', async () => {
  const text = answersText(await answered(''));
  expect(text.match(/^2026-03-01T00:00:\d\dZ {2}triton_inflight_requests /gm)).toHaveLength(5);
});
