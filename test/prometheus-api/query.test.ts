import { describe, expect, it } from 'vitest';
import { labelsOf } from '../../src/model/labels.ts';
import { type InstantRequest, type InstantResult, QueryError, type QueryFailure } from '../../src/model/query-engine.ts';
import { ask, engineOf, failure, NOW_MS, series, serveApi, success, type Told } from './world.ts';

const NOW = NOW_MS / 1000;

function answering(result: InstantResult, asked: InstantRequest[] = []) {
  return engineOf({
    instant: async (request) => {
      asked.push(request);
      if (request.trace !== undefined) request.trace.samplesRead = 42;
      return result;
    },
  });
}

async function query(result: InstantResult, parameters = 'query=x'): Promise<Told> {
  return ask(await serveApi({ engine: answering(result) }), `/query?${parameters}`);
}

async function requestsOf(...parameters: readonly string[]): Promise<readonly InstantRequest[]> {
  const asked: InstantRequest[] = [];
  const port = await serveApi({ engine: answering({ kind: 'scalar', value: 1, warnings: [] }, asked) });
  for (const each of parameters) await ask(port, `/query?query=x&${each}`);
  return asked;
}

const three = [
  { labels: series('b', { 'a.b': 'ü"\n', Z: '1', empty: '' }), value: 1e21 },
  { labels: series('a'), value: Number.NaN },
  { labels: labelsOf({}), value: -0 },
];

describe('a result', () => {
  it.each<[string, InstantResult, object]>([
    ['a scalar', { kind: 'scalar', value: 1e-7, warnings: [] }, { resultType: 'scalar', result: [NOW, '0.0000001'] }],
    ['a text', { kind: 'string', value: 'a"b', warnings: [] }, { resultType: 'string', result: [NOW, 'a"b'] }],
    ['nothing', { kind: 'vector', series: [], warnings: [] }, { resultType: 'vector', result: [] }],
    [
      'a vector, in the order that the engine gives',
      { kind: 'vector', series: three, warnings: [] },
      {
        resultType: 'vector',
        result: [
          { metric: { Z: '1', __name__: 'b', 'a.b': 'ü"\n' }, value: [NOW, '1e+21'] },
          { metric: { __name__: 'a' }, value: [NOW, 'NaN'] },
          { metric: {}, value: [NOW, '-0'] },
        ],
      },
    ],
    [
      'a matrix, in the order of labels',
      {
        kind: 'matrix',
        series: [
          { labels: series('b'), timesMs: [1000, 2500.75], values: [Number.POSITIVE_INFINITY, 1] },
          { labels: series('a'), timesMs: [1], values: [0.5] },
        ],
        warnings: [],
      },
      {
        resultType: 'matrix',
        result: [
          { metric: { __name__: 'a' }, values: [[0.001, '0.5']] },
          {
            metric: { __name__: 'b' },
            values: [
              [1, '+Inf'],
              [2.5, '1'],
            ],
          },
        ],
      },
    ],
  ])('is %s', async (_, result, data) => {
    expect(await query(result)).toEqual(success(data));
  });

  it('says what it should be taken with, ten of each', async () => {
    const many = (word: string) => Array.from({ length: 12 }, (__, index) => `${word} ${index}`);
    const scalar = { kind: 'scalar', value: 1 } as const;
    const data = { resultType: 'scalar', result: [NOW, '1'] };
    expect(await query({ ...scalar, warnings: ['w'], infos: ['i'] })).toEqual(success(data, { warnings: ['w'], infos: ['i'] }));
    expect(await query({ ...scalar, warnings: many('w'), infos: many('i') })).toEqual(
      success(data, {
        warnings: [...many('w').slice(0, 10), '2 more warning annotations omitted'],
        infos: [...many('i').slice(0, 10), '2 more info annotations omitted'],
      }),
    );
  });

  it('ends at the limit, with a warning', async () => {
    const vector = { kind: 'vector', series: three, warnings: ['w'] } as const;
    const told = await query(vector, 'query=x&limit=1');
    expect(told.json).toMatchObject({
      data: { result: [{ metric: { __name__: 'b' } }] },
      warnings: ['w', 'results truncated due to limit'],
    });
    for (const limit of [0, 3]) expect((await query(vector, `query=x&limit=${limit}`)).json).toMatchObject({ warnings: ['w'] });
    const matrix = { kind: 'matrix', series: [{ labels: series('a'), timesMs: [1], values: [1] }], warnings: [] } as const;
    expect((await query(matrix, 'query=x&limit=1')).json).not.toHaveProperty('warnings');
  });

  it('has the statistics that there are', async () => {
    const scalar = { kind: 'scalar', value: 1, warnings: [] } as const;
    const timings = { evalTotalTime: 0, execQueueTime: 0, execTotalTime: 0 };
    const statsOf = async (parameters: string) => ((await query(scalar, parameters)).json as { data: object }).data;
    expect(await statsOf('query=x')).not.toHaveProperty('stats');
    expect(await statsOf('query=x&stats=1')).toMatchObject({ stats: { timings, samples: { totalQueryableSamples: 42 } } });
    expect(await statsOf('query=x&stats=all')).toMatchObject({
      stats: { samples: { totalQueryableSamples: 42, totalQueryableSamplesPerStep: [[NOW, 42]] } },
    });
  });
});

describe('the engine is asked', () => {
  it('for the expression at the time, within the limits', async () => {
    const [now, then, never] = await requestsOf('', 'time=12.3456', 'time=2026-08-22T10:00:00.5%2B02:00');
    expect(now).toMatchObject({ expr: 'x', timeMs: NOW_MS, deadlineMs: NOW_MS + 10_000, sampleBudget: 50_000_000 });
    expect(now).not.toHaveProperty('liveTargets');
    expect(then?.timeMs).toBe(12_346);
    expect(never?.timeMs).toBe(Date.parse('2026-08-22T08:00:00.5Z'));
  });

  it('within the time that the asker gives, where it is shorter', async () => {
    const [short, long] = await requestsOf('timeout=1500ms', 'timeout=1h');
    expect([short?.deadlineMs, long?.deadlineMs]).toEqual([NOW_MS + 1500, NOW_MS + 10_000]);
  });

  it('that looks back as far as the asker wants', async () => {
    const lookbacks: number[] = [];
    const engine = answering({ kind: 'scalar', value: 1, warnings: [] });
    const engineLookingBack = (lookbackMs: number) => {
      lookbacks.push(lookbackMs);
      return engine;
    };
    const port = await serveApi({ engine, engineLookingBack });
    for (const lookback of ['', '30s', '1.5', '0', '-1'])
      expect((await ask(port, `/query?query=x&lookback_delta=${lookback}`)).code).toBe(200);
    expect(lookbacks).toEqual([30_000, 1500]);
  });

  it('by a form as by an address, whose parameters come second', async () => {
    const asked: InstantRequest[] = [];
    const port = await serveApi({ engine: answering({ kind: 'scalar', value: 1, warnings: [] }, asked) });
    expect((await ask(port, '/query?query=z&time=5', { form: 'query=a%2Bb+c&query=y' })).code).toBe(200);
    expect(asked[0]).toMatchObject({ expr: 'a+b c', timeMs: 5000 });
  });
});

describe('a mistake', () => {
  it.each([
    ['limit=x', 'invalid parameter "limit": strconv.Atoi: parsing "x": invalid syntax'],
    ['limit=1.5', 'invalid parameter "limit": strconv.Atoi: parsing "1.5": invalid syntax'],
    ['limit=99999999999999999999', 'invalid parameter "limit": strconv.Atoi: parsing "99999999999999999999": value out of range'],
    ['limit=-1', 'invalid parameter "limit": limit must be non-negative'],
    ['time=x', `invalid parameter "time": invalid time value for 'time': cannot parse "x" to a valid timestamp`],
    ['timeout=x', 'invalid parameter "timeout": cannot parse "x" to a valid duration'],
    ['timeout=1e30', 'invalid parameter "timeout": cannot parse "1e30" to a valid duration. It overflows int64'],
    ['lookback_delta=x', 'error parsing lookback delta duration: cannot parse "x" to a valid duration'],
    [
      `time=${'9x'.repeat(200)}`,
      `invalid parameter "time": invalid time value for 'time': cannot parse "${'9x'.repeat(99)}9…" to a valid timestamp`,
    ],
  ])('%s', async (parameters, error) => {
    expect(await query({ kind: 'scalar', value: 1, warnings: [] }, `query=x&${parameters}`)).toEqual(failure(400, 'bad_data', error));
  });

  it.each<[QueryFailure, number, string, string]>([
    ['bad-expression', 400, 'bad_data', 'invalid parameter "query": why'],
    ['unsupported', 400, 'bad_data', 'invalid parameter "query": why'],
    ['execution', 422, 'execution', 'why'],
    ['over-limit', 422, 'execution', 'why'],
    ['deadline', 503, 'timeout', 'why'],
    ['unreachable', 503, 'unavailable', 'why'],
    ['aborted', 499, 'canceled', 'why'],
  ])('%s of the engine is %i %s', async (reason, code, type, message) => {
    const engine = engineOf({ instant: () => Promise.reject(new QueryError(reason, 'why')) });
    expect(await ask(await serveApi({ engine }), '/query?query=x')).toEqual(failure(code, type, message));
  });

  it('of no time at all is over before it begins', async () => {
    expect(await query({ kind: 'scalar', value: 1, warnings: [] }, 'query=x&timeout=0')).toEqual(
      failure(503, 'timeout', 'query timed out in query queue'),
    );
  });
});
