import { describe, expect, it } from 'vitest';
import { settingsOf } from '../../src/app/settings.ts';
import type { RangeRequest, RangeResult } from '../../src/model/query-engine.ts';
import { ask, engineOf, failure, series, serveApi, success, type Told } from './world.ts';

const RANGE = 'query=x&start=10&end=20&step=5';

async function range(parameters: string, result: RangeResult = { series: [], warnings: [] }, asked: RangeRequest[] = []): Promise<Told> {
  const engine = engineOf({
    range: async (request) => {
      asked.push(request);
      return result;
    },
  });
  return ask(await serveApi({ engine }), `/query_range?${parameters}`);
}

const result: RangeResult = {
  series: [
    { labels: series('b', { l: '2' }), timesMs: [10_000, 15_000], values: [1.5, Number.NEGATIVE_INFINITY] },
    { labels: series('b', { l: '10' }), timesMs: [20_000], values: [1_000_000] },
  ],
  warnings: ['w'],
  infos: ['i'],
};
const ten = { metric: { __name__: 'b', l: '10' }, values: [[20, '1000000']] };

it('gives a matrix in the order of labels', async () => {
  const two = {
    metric: { __name__: 'b', l: '2' },
    values: [
      [10, '1.5'],
      [15, '-Inf'],
    ],
  };
  expect(await range(RANGE, result)).toEqual(success({ resultType: 'matrix', result: [ten, two] }, { warnings: ['w'], infos: ['i'] }));
  expect(await range(RANGE)).toEqual(success({ resultType: 'matrix', result: [] }));
  expect(await range(`${RANGE}&limit=1`, result)).toEqual(
    success({ resultType: 'matrix', result: [ten] }, { warnings: ['w', 'results truncated due to limit'], infos: ['i'] }),
  );
});

it('has statistics without samples by step', async () => {
  const told = await range(`${RANGE}&stats=all`);
  expect(told.json).toMatchObject({ data: { stats: { samples: { totalQueryableSamples: 0 } } } });
  expect(JSON.stringify(told.json)).not.toContain('PerStep');
});

it.each([
  ['seconds', RANGE, { startMs: 10_000, endMs: 20_000, stepMs: 5000 }],
  ['durations and dates', 'start=1970-01-01T00:00:10Z&end=1e3&step=1m30s', { startMs: 10_000, endMs: 1_000_000, stepMs: 90_000 }],
  ['whole milliseconds', 'start=0.0004&end=0.0016&step=0.0015', { startMs: 0, endMs: 2, stepMs: 1 }],
  ['one instant', 'start=1&end=1&step=1y', { startMs: 1000, endMs: 1000, stepMs: 31_536_000_000 }],
  ['as many steps as there may be', 'start=0&end=11000&step=1', { startMs: 0, endMs: 11_000_000, stepMs: 1000 }],
])('asks for %s', async (_, parameters, expected) => {
  const asked: RangeRequest[] = [];
  expect((await range(parameters, undefined, asked)).code).toBe(200);
  expect(asked[0]).toMatchObject(expected);
});

describe('a mistake', () => {
  it.each([
    ['query=x&end=20&step=5', 'invalid parameter "start": cannot parse "" to a valid timestamp'],
    ['query=x&start=10&end=y&step=5', 'invalid parameter "end": cannot parse "y" to a valid timestamp'],
    ['query=x&start=10&end=9&step=5', 'invalid parameter "end": end timestamp must not be before start time'],
    ['query=x&start=10&end=20', 'invalid parameter "step": cannot parse "" to a valid duration'],
    [
      'query=x&start=10&end=20&step=0',
      'invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer',
    ],
    [
      'query=x&start=10&end=20&step=-5',
      'invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer',
    ],
    [
      'query=x&start=0&end=11001&step=1',
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    ],
    [`${RANGE}&timeout=y`, 'invalid parameter "timeout": cannot parse "y" to a valid duration'],
    [`${RANGE}&limit=y`, 'invalid parameter "limit": strconv.Atoi: parsing "y": invalid syntax'],
    [`${RANGE}&lookback_delta=y`, 'error parsing lookback delta duration: cannot parse "y" to a valid duration'],
  ])('%s', async (parameters, error) => {
    expect(await range(parameters)).toEqual(failure(400, 'bad_data', error));
  });
});

it('refuses more points than the limit', async () => {
  const { config } = settingsOf('the test', [{ path: ['limits', 'query_points'], value: 2 }]);
  const port = await serveApi({ engine: engineOf({ range: async () => result }), limits: () => config.limits });
  expect(await ask(port, `/query_range?${RANGE}`)).toEqual(
    failure(
      422,
      'execution',
      'cannot answer with 3 points: limits.query_points is 2; select fewer series, ask for a longer step or raise the limit',
    ),
  );
  expect((await ask(port, `/query_range?${RANGE}&limit=1`)).code).toBe(200);
});

it('writes a series of many points whole', async () => {
  const timesMs = Array.from({ length: 2500 }, (_, index) => index * 1000);
  const told = await range(RANGE, { series: [{ labels: series('x'), timesMs, values: timesMs }], warnings: [] });
  const values = timesMs.map((timeMs) => [timeMs / 1000, String(timeMs)]);
  expect(told).toEqual(success({ resultType: 'matrix', result: [{ metric: { __name__: 'x' }, values }] }));
});
