import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/lib/virtual-clock.ts';
import { labelsOf } from '../../../src/model/labels.ts';
import { podSetOf } from '../../../src/model/pod.ts';
import { POD_SET_LABEL, type QueryEngine, QueryError } from '../../../src/model/query-engine.ts';
import { compileMatcher } from '../../../src/promql/syntax/matcher.ts';
import { type EngineSetup, engineAt, type FakeApi, ONE, type Script, says, serveApi, text, vector } from './support.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

interface World {
  readonly engine: ReturnType<typeof engineAt>;
  readonly api: FakeApi;
}

async function world(script: Script, rest: Omit<EngineSetup, 'url'> = {}): Promise<World> {
  const api = await serveApi(script);
  const engine = engineAt({ url: api.url, ...rest });
  opened.push(engine, api);
  return { engine, api };
}

async function errorOf(work: Promise<unknown>): Promise<QueryError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof QueryError)) throw new Error(`no QueryError: ${String(error)}`);
  return error;
}

let timeMs = 1_000_000;
/** Another instant each time, so that no answer is shared. */
function asks(engine: QueryEngine, expr = 'x') {
  timeMs += 1000;
  return engine.instant({ expr, timeMs });
}

const SET = `${POD_SET_LABEL}="1"`;
const PODS = podSetOf(['a', 'b', 'c'].map((name) => ({ namespace: 'demo', name })));
const part = (name: string, pod: string) => ({ __part__: name, namespace: 'demo', pod });

describe('an instant question', () => {
  it('is posted as a form, with the headers that are configured', async () => {
    const { engine, api } = await world([ONE], {
      settings: { headers: { 'X-Scope-OrgID': 'team' }, parameters: { latency_offset: '1ms' } },
    });
    const result = await engine.instant({ expr: 'sum(x)', timeMs: 1_234_567 });
    expect(result).toEqual({ kind: 'vector', series: [{ labels: labelsOf({ a: 'b' }), value: 1 }], warnings: [], infos: [] });
    const [question] = api.questions;
    expect(question).toMatchObject({ method: 'POST', path: '/api/v1/query' });
    expect(question?.headers).toMatchObject({
      'x-scope-orgid': 'team',
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
      'user-agent': 'plimsoll/1.2.3',
    });
    expect(Object.fromEntries(question?.form ?? [])).toEqual({
      query: 'sum(x)',
      time: '1234.567',
      timeout: '5000ms',
      latency_offset: '1ms',
      partial_response: 'false',
      deny_partial_response: '1',
    });
  });

  it('goes below the path of the URL', async () => {
    const api = await serveApi([ONE]);
    const engine = engineAt({ url: `${api.url}/prometheus/` });
    opened.push(engine, api);
    await asks(engine);
    expect(api.questions[0]?.path).toBe('/prometheus/api/v1/query');
  });

  it('keeps warnings and infos', async () => {
    const { engine } = await world([vector([], { warnings: ['a store was slow'], infos: ['not a counter'] })]);
    expect(await asks(engine)).toMatchObject({ warnings: ['a store was slow'], infos: ['not a counter'] });
  });

  it.each([
    { result: { resultType: 'scalar', result: [1, '2.5'] }, value: { kind: 'scalar', value: 2.5 } },
    { result: { resultType: 'string', result: [1, 'text'] }, value: { kind: 'string', value: 'text' } },
    {
      result: {
        resultType: 'matrix',
        result: [
          {
            metric: { __name__: 'x' },
            values: [
              [1.5, '1'],
              [2, '+Inf'],
            ],
          },
        ],
      },
      value: {
        kind: 'matrix',
        series: [{ labels: labelsOf({ __name__: 'x' }), timesMs: [1500, 2000], values: [1, Number.POSITIVE_INFINITY] }],
      },
    },
    {
      result: { resultType: 'vector', result: [{ metric: { b: '2', __name__: 'x' }, value: [1, 'NaN'] }] },
      value: { kind: 'vector', series: [{ labels: labelsOf({ __name__: 'x', b: '2' }), value: Number.NaN }] },
    },
  ])('of a $value.kind', async ({ result, value }) => {
    const { engine } = await world([says({ status: 'success', data: result })]);
    expect(await asks(engine)).toMatchObject(value);
  });

  it('about pods names them, and has the newest sample of each beside its value', async () => {
    const newest = vector([
      [part('value', 'a'), '1'],
      [part('value', 'b'), '2'],
      [part('newest', 'a'), '1764000000.123'],
    ]);
    const { engine, api } = await world([newest]);
    const result = await engine.instant({
      expr: `sum by (namespace, pod) (x{${SET}})`,
      timeMs: 1000,
      podSet: PODS,
      liveTargets: new Set(),
    });
    expect(result).toMatchObject({
      series: [
        { labels: labelsOf({ namespace: 'demo', pod: 'a' }), value: 1, newestMs: 1_764_000_000_123 },
        { labels: labelsOf({ namespace: 'demo', pod: 'b' }), value: 2 },
      ],
    });
    const query = api.questions[0]?.form.get('query');
    expect(query).toContain('namespace="demo",pod=~"a|b|c"');
    expect(query).toContain('up == 1 and timestamp(up) >= time() - 15');
  });

  it('about many pods is asked in pieces, and the answers put together', async () => {
    const { engine, api } = await world(
      [
        (response, question) => {
          const pod = question.form.get('query')?.includes('pod="c"') ? 'c' : 'a';
          vector([[part('value', pod), '1']], { warnings: [`of ${pod}`, 'both'] })(response, question);
        },
      ],
      { settings: { pods_per_query: 2 } },
    );
    const result = await engine.instant({ expr: `x{${SET}}`, timeMs: 1000, podSet: PODS });
    expect(api.questions).toHaveLength(2);
    expect(result).toMatchObject({ kind: 'vector', series: [{ value: 1 }, { value: 1 }] });
    expect([...result.warnings].sort()).toEqual(['both', 'of a', 'of c']);
  });

  it('about pods whose result does not tell them apart is refused: it may be about others too', async () => {
    const { engine } = await world([vector([[{ __part__: 'value' }, '1']])]);
    const error = await errorOf(engine.instant({ expr: `sum(x{${SET}})`, timeMs: 1000, podSet: PODS }));
    expect(error.failure).toBe('unsupported');
    expect(error.message).toContain('group by (namespace, pod)');
  });
});

describe('other questions', () => {
  it('over a range', async () => {
    const result = [{ metric: { namespace: 'demo', pod: 'a' }, values: [[1, '1']] }];
    const { engine, api } = await world([says({ status: 'success', data: { resultType: 'matrix', result } })]);
    const answer = await engine.range({ expr: `x{${SET}}`, startMs: 1000, endMs: 2000, stepMs: 500, podSet: PODS, liveTargets: new Set() });
    expect(answer.series).toEqual([{ labels: labelsOf({ namespace: 'demo', pod: 'a' }), timesMs: [1000], values: [1] }]);
    expect(api.questions[0]).toMatchObject({ method: 'POST', path: '/api/v1/query_range' });
    expect(Object.fromEntries(api.questions[0]?.form ?? [])).toMatchObject({ start: '1', end: '2', step: '0.5' });
    expect(api.questions[0]?.form.get('query')).not.toContain('__part__');
  });

  const MATCHERS = [
    [compileMatcher({ name: '__name__', operator: '=', value: 'x' }), compileMatcher({ name: POD_SET_LABEL, operator: '=', value: '1' })],
  ];

  it('about series', async () => {
    const { engine, api } = await world([says({ status: 'success', data: [{ __name__: 'x', pod: 'a' }], warnings: ['w'] })], {
      settings: { pods_per_query: 2 },
    });
    const { series, warnings } = await engine.series({ matchers: MATCHERS, startMs: 1000, endMs: 2000, podSet: PODS });
    expect(series).toEqual([{ labels: labelsOf({ __name__: 'x', pod: 'a' }) }]);
    expect(warnings).toEqual(['w']);
    expect(api.questions.map(({ form }) => form.get('match[]')).sort()).toEqual([
      '{__name__="x",namespace="demo",pod="c"}',
      '{__name__="x",namespace="demo",pod=~"a|b"}',
    ]);
  });

  it('about the values of a label, by GET as the API has it', async () => {
    const { engine, api } = await world([says({ status: 'success', data: ['b', 'a'] })]);
    const { values } = await engine.labelValues({
      label: 'pod',
      matchers: MATCHERS.map((set) => set.slice(0, 1)),
      startMs: 1000,
      endMs: 2000,
    });
    expect(values).toEqual(['a', 'b']);
    expect(api.questions[0]).toMatchObject({ method: 'GET', path: '/api/v1/label/pod/values' });
    expect(api.questions[0]?.form.get('match[]')).toBe('{__name__="x"}');
  });
});

const HTML = text('<!doctype html><title>Sign in</title>', { type: 'text/html; charset=utf-8' });
const cut: Script[number] = (response) => {
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '500' });
  response.write('{"status":"success","data":{');
  setImmediate(() => response.destroy());
};
const apiError = (errorType: string, status: number) => says({ status: 'error', errorType, error: 'so it is' }, status);
const large = text(`{"status":"success","data":"${'x'.repeat(10 * 1024 * 1024)}"}`);
const series = (value: unknown, metric: unknown = {}) =>
  says({ status: 'success', data: { resultType: 'vector', result: [{ metric, value }] } });

describe('what cannot be believed is no answer', () => {
  it.each<{ name: string; script: Script; failure: string; why: string; asked?: number }>([
    { name: 'a page of HTML', script: [HTML], failure: 'unreachable', why: 'a page of HTML' },
    { name: 'an empty answer', script: [text('')], failure: 'unreachable', why: 'its answer is empty' },
    { name: 'half an answer', script: [text('{"status":"success","da')], failure: 'unreachable', why: 'no JSON, or was cut off' },
    { name: 'one that breaks off', script: [cut], failure: 'unreachable', why: 'in the middle of its answer', asked: 2 },
    { name: 'JSON of somebody else', script: [says({ hello: 'world' })], failure: 'unreachable', why: 'JSON that is not of this API' },
    { name: 'a list', script: [says([])], failure: 'unreachable', why: 'no JSON' },
    { name: 'no result', script: [says({ status: 'success', data: {} })], failure: 'unreachable', why: 'no result of a query' },
    { name: 'a value that is none', script: [series([1, 'much'])], failure: 'unreachable', why: 'a sample that is no number' },
    { name: 'a number where a text is written', script: [series([1, 1])], failure: 'unreachable', why: 'a sample that is no number' },
    { name: 'no sample', script: [series(undefined)], failure: 'unreachable', why: 'a sample that is no number' },
    { name: 'a label that is no text', script: [series([1, '1'], { a: 1 })], failure: 'unreachable', why: 'a label "a"' },
    { name: 'a part', script: [vector([], { isPartial: true })], failure: 'unreachable', why: 'its answer is partial' },
    { name: 'ten megabytes', script: [large], failure: 'unreachable', why: 'larger than engine.remote.response_bytes (8388608)' },
    {
      name: 'an error without a reason',
      script: [says({ status: 'error' }, 400)],
      failure: 'unreachable',
      why: 'it answers 400 (""): "no reason given"',
    },
    { name: 'an error with a status of its own', script: [apiError('', 422)], failure: 'unreachable', why: 'could not compute the answer' },
    {
      name: 'success with the status of a failure',
      script: [says({ status: 'success', data: {} }, 500)],
      failure: 'unreachable',
      why: 'it answers 500',
    },
    { name: 'a redirect', script: [text('', { status: 302 })], failure: 'unreachable', why: 'it answers 302; is engine.remote.url right?' },
    { name: '404', script: [text('no', { status: 404 })], failure: 'unreachable', why: 'it answers 404; is engine.remote.url right?' },
    { name: '401', script: [text('no', { status: 401 })], failure: 'unreachable', why: 'are authorization, basic_auth or tls_config' },
    { name: '429', script: [text('no', { status: 429 })], failure: 'unreachable', why: 'asked too often' },
    { name: '500', script: [text('no', { status: 500 })], failure: 'unreachable', why: 'it answers 500; its own log' },
    { name: '503, twice', script: [text('no', { status: 503 })], failure: 'unreachable', why: 'it answers 503', asked: 2 },
    {
      name: 'a mistake in the expression',
      script: [apiError('bad_data', 400)],
      failure: 'bad-expression',
      why: 'does not take the expression: "so it is"',
    },
    {
      name: 'a limit of the engine',
      script: [apiError('execution', 422)],
      failure: 'unreachable',
      why: 'could not compute the answer: "so it is"',
    },
    { name: 'a time-out of the engine', script: [apiError('timeout', 503)], failure: 'unreachable', why: 'its own time-out' },
    { name: 'an error inside the engine', script: [apiError('internal', 500)], failure: 'unreachable', why: 'it answers 500 ("internal")' },
    {
      name: 'an engine that is not ready',
      script: [apiError('unavailable', 503)],
      failure: 'unreachable',
      why: 'it answers 503',
      asked: 2,
    },
  ])('$name', async ({ script, failure, why, asked = 1 }) => {
    const { engine, api } = await world(script);
    const error = await errorOf(asks(engine));
    expect(error.message).toContain(why);
    expect(error.message).toContain('cannot ask the remote engine "http://127.0.0.1:');
    expect(error.failure).toBe(failure);
    expect(api.questions).toHaveLength(asked);
  });

  it('an engine that says nothing in time', async () => {
    const clock = new VirtualClock(1000);
    const asked = Promise.withResolvers<void>();
    const { engine } = await world([() => asked.resolve()], { clock, settings: { timeout: '100ms' } });
    const failed = errorOf(asks(engine));
    await asked.promise;
    await clock.advance(100);
    const error = await failed;
    expect(error).toMatchObject({ failure: 'unreachable' });
    expect(error.message).toContain('no answer within 100 ms (engine.remote.timeout)');
  });

  it('one that is not there', async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => probe.once('listening', resolve));
    const address = probe.address();
    await new Promise((resolve) => probe.close(resolve));
    const engine = engineAt({ url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}` });
    opened.push(engine);
    const error = await errorOf(asks(engine));
    expect(error.failure).toBe('unreachable');
    expect(error.message).toContain('connection refused; is it up, and is engine.remote.url right?');
  });

  it('lists and ranges that are none', async () => {
    const { engine } = await world([says({ status: 'success', data: { resultType: 'vector', result: [] } })]);
    const span = { startMs: 0, endMs: 1000 };
    expect((await errorOf(engine.range({ expr: 'x', stepMs: 1000, ...span }))).message).toContain('no result of a query over a range');
    expect((await errorOf(engine.series({ matchers: [], ...span }))).message).toContain('no list of series');
    expect((await errorOf(engine.labelValues({ label: 'a', matchers: [], ...span }))).message).toContain('no list of values');
  });

  it('a number for pods that are asked about', async () => {
    const { engine } = await world([says({ status: 'success', data: { resultType: 'scalar', result: [1, '1'] } })]);
    const error = await errorOf(engine.instant({ expr: `scalar(x{${SET}})`, timeMs: 1000, podSet: PODS }));
    expect(error.failure).toBe('unsupported');
  });

  it('of a kind that signals are not made of', async () => {
    const histogram = { metric: {}, histogram: [1, {}] };
    const { engine } = await world([says({ status: 'success', data: { resultType: 'vector', result: [histogram] } })]);
    expect((await errorOf(asks(engine))).message).toContain('native histograms');
  });

  it('never stale: what was answered before is not given again', async () => {
    const { engine } = await world([ONE, HTML]);
    await asks(engine);
    expect((await errorOf(asks(engine))).failure).toBe('unreachable');
  });
});

describe('a second try', () => {
  it.each([502, 503, 504])('is made after %i', async (status) => {
    const { engine, api } = await world([text('no', { status }), ONE]);
    expect(await asks(engine)).toMatchObject({ kind: 'vector' });
    expect(api.questions).toHaveLength(2);
  });

  it('is made after a connection that was closed', async () => {
    const { engine, api } = await world([(response) => void response.destroy(), ONE]);
    expect(await asks(engine)).toMatchObject({ kind: 'vector' });
    expect(api.questions).toHaveLength(2);
  });
});

describe('a breaker', () => {
  it('leaves an engine alone that failed five times, says why at once, and tries it with one question after ten seconds', async () => {
    const clock = new VirtualClock(1_000_000);
    const down = Array.from({ length: 5 }, () => text('no', { status: 500 }));
    const { engine, api } = await world([...down, ONE], { clock });
    for (let question = 0; question < 5; question += 1) await errorOf(asks(engine));
    expect(engine.state().breaker).toBe('open');
    let quickestMs = Number.POSITIVE_INFINITY;
    let error = await errorOf(asks(engine));
    // One of them at least has the processor to itself.
    for (let question = 0; question < 20; question += 1) {
      const startMs = performance.now();
      error = await errorOf(asks(engine));
      quickestMs = Math.min(quickestMs, performance.now() - startMs);
    }
    expect(quickestMs).toBeLessThan(5);
    expect(error.failure).toBe('unreachable');
    expect(error.message).toContain('failed several times in a row and is tried again in 10 s; last: it answers 500');
    expect(api.questions).toHaveLength(5);
    await clock.advance(10_000);
    const both = await Promise.allSettled([asks(engine), asks(engine)]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(api.questions).toHaveLength(6);
    expect(engine.state()).toEqual({ breaker: 'closed', reason: '' });
  });

  it('that opens while questions wait for their turn sends none of them', async () => {
    const { engine, api } = await world([text('no', { status: 500 })], { settings: { max_concurrent: 1 } });
    const messages = await Promise.all(Array.from({ length: 8 }, async () => (await errorOf(asks(engine))).message));
    expect(messages.filter((message) => message.includes('failed several times in a row'))).toHaveLength(3);
    expect(api.questions).toHaveLength(5);
  });

  it('takes what the engine answers for life, whatever it says', async () => {
    const { engine } = await world([apiError('execution', 422)]);
    for (let question = 0; question < 8; question += 1) await errorOf(asks(engine));
    expect(engine.state().breaker).toBe('closed');
  });
});

describe('many questions', () => {
  it('are asked so many at a time, and too many of them refused', async () => {
    const held: (() => void)[] = [];
    let most = 0;
    const arrived = Promise.withResolvers<void>();
    const slow: Script[number] = (response, question) => {
      held.push(() => ONE(response, question));
      most = Math.max(most, held.length);
      if (held.length === 2) arrived.resolve();
      // Once the first two are there, each that comes lets the one before it go.
      if (question.form.get('query') === 'later') for (const release of held.splice(0)) release();
    };
    const { engine } = await world([slow], { settings: { max_concurrent: 2, max_waiting: 3 } });
    const results = [asks(engine), asks(engine), ...Array.from({ length: 6 }, () => asks(engine, 'later'))];
    const settled = Promise.allSettled(results);
    await arrived.promise;
    for (const release of held.splice(0)) release();
    const outcomes = await settled;
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    const [refused] = outcomes.filter((result) => result.status === 'rejected');
    expect(refused?.reason).toMatchObject({ failure: 'over-limit' });
    expect(String(refused?.reason)).toContain('3 questions wait already (engine.remote.max_waiting)');
    expect(most).toBe(2);
  });

  it('that waited too long for their turn are not asked any more', async () => {
    const clock = new VirtualClock(1000);
    const asked = Promise.withResolvers<void>();
    const { engine, api } = await world([() => asked.resolve()], { clock, settings: { max_concurrent: 1, timeout: '100ms' } });
    const failed = [errorOf(asks(engine)), errorOf(asks(engine))];
    await asked.promise;
    await clock.advance(100);
    expect((await Promise.all(failed)).map(({ message }) => message.includes('waited for its turn'))).toEqual([false, true]);
    expect(api.questions).toHaveLength(1);
  });
});

describe('whoever asks may go', () => {
  it('and gets no answer, while others do', async () => {
    const held = Promise.withResolvers<void>();
    const { engine } = await world([(response, question) => void held.promise.then(() => ONE(response, question))]);
    const gone = new AbortController();
    const [one, other] = [engine.instant({ expr: 'x', timeMs: 5, abortSignal: gone.signal }), engine.instant({ expr: 'x', timeMs: 5 })];
    gone.abort();
    expect(await errorOf(one)).toMatchObject({ failure: 'aborted' });
    held.resolve();
    expect(await other).toMatchObject({ kind: 'vector' });
  });

  it('had gone before', async () => {
    const { engine } = await world([ONE]);
    expect(await errorOf(engine.instant({ expr: 'x', timeMs: 6, abortSignal: AbortSignal.abort() }))).toMatchObject({ failure: 'aborted' });
  });

  it('has a deadline of its own', async () => {
    const clock = new VirtualClock(1000);
    const { engine } = await world([() => {}], { clock });
    const late = errorOf(engine.instant({ expr: 'x', timeMs: 7, deadlineMs: 1500 }));
    await clock.advance(500);
    expect(await late).toMatchObject({ failure: 'deadline' });
  });
});
