import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelsOf } from '../../src/model/labels.ts';
import type { LabelValuesRequest, SeriesRequest } from '../../src/model/query-engine.ts';
import { sortedByLabels } from '../../src/prometheus-api/sort-series.ts';
import { MAX_TIME_MS, MIN_TIME_MS } from '../../src/prometheus-api/times.ts';
import { ask, engineOf, failure, NOW_MS, series, serveApi, success } from './world.ts';

const FOUND = [
  { labels: series('up', { pod: 'b' }), newestMs: NOW_MS },
  { labels: series('up', { pod: 'a' }), newestMs: NOW_MS - 1000 },
  { labels: series('down', { zone: '<é>' }), newestMs: NOW_MS - 2000 },
];

function rig(warnings: readonly string[] = []) {
  const asked: (SeriesRequest | LabelValuesRequest)[] = [];
  const engine = engineOf({
    series: async (request) => {
      asked.push(request);
      return { series: FOUND, warnings };
    },
    labelValues: async (request) => {
      asked.push(request);
      return { values: ['a', 'b'], warnings };
    },
  });
  return { asked, port: serveApi({ engine }) };
}

function texts(requests: readonly SeriesRequest[]): readonly (readonly string[])[] {
  return requests.flatMap(({ matchers }) => matchers.map((set) => set.map(({ name, operator, value }) => name + operator + value)));
}

describe('/series', () => {
  it('lists the series of any of the selectors, in the order of labels', async () => {
    const { asked, port } = rig(['w']);
    const path = '/series?match[]=up&match[]={zone!=""}&start=10&end=20';
    expect(await ask(await port, path)).toEqual(
      success(
        [
          { __name__: 'down', zone: '<é>' },
          { __name__: 'up', pod: 'a' },
          { __name__: 'up', pod: 'b' },
        ],
        { warnings: ['w'] },
      ),
    );
    expect(asked[0]).toMatchObject({ startMs: 10_000, endMs: 20_000, deadlineMs: NOW_MS + 10_000, sampleBudget: 50_000_000 });
    expect(texts(asked as SeriesRequest[])).toEqual([['__name__=up'], ['zone!=']]);
  });

  it('ends at the limit, with a warning', async () => {
    const { port } = rig();
    expect(await ask(await port, '/series', { form: 'match[]=up&limit=1' })).toEqual(
      success([{ __name__: 'down', zone: '<é>' }], { warnings: ['results truncated due to limit'] }),
    );
  });

  it.each([
    ['', 'no match[] parameter provided'],
    ['match[]=up&limit=x', 'invalid parameter "limit": strconv.Atoi: parsing "x": invalid syntax'],
    ['match[]=up&start=x', `invalid parameter "start": invalid time value for 'start': cannot parse "x" to a valid timestamp`],
    ['match[]=up&end=x', `invalid parameter "end": invalid time value for 'end': cannot parse "x" to a valid timestamp`],
  ])('%j is a mistake', async (parameters, error) => {
    expect(await ask(await rig().port, `/series?${parameters}`)).toEqual(failure(400, 'bad_data', error));
  });

  it.each(['', '{}', 'up[5m]', 'sum(up)', '{a=~"("}', 'up, down'])('%j is no selector', async (selector) => {
    const { asked, port } = rig();
    const told = await ask(await port, `/series?match[]=up&match[]=${encodeURIComponent(selector)}`);
    expect(told).toMatchObject({
      code: 400,
      json: { errorType: 'bad_data', error: expect.stringMatching(/^invalid parameter "match\[\]": ./) },
    });
    expect(asked).toEqual([]);
  });

  it('takes a hundred selectors', async () => {
    const { port } = rig();
    const form = (count: number) => 'match[]=up&'.repeat(count);
    expect((await ask(await port, '/series', { form: form(100) })).code).toBe(200);
    const error = 'cannot read 101 values of match[]: one question has at most 100; join them with a regular expression';
    expect(await ask(await port, '/series', { form: form(101) })).toEqual(failure(400, 'bad_data', error));
  });
});

describe('/labels', () => {
  it('lists the names of labels of all series, or of those selected, at any time', async () => {
    const { asked, port } = rig();
    expect(await ask(await port, '/labels')).toEqual(success(['__name__', 'pod', 'zone']));
    expect(asked[0]).toMatchObject({ startMs: MIN_TIME_MS, endMs: MAX_TIME_MS });
    expect(await ask(await port, '/labels', { form: 'match[]=up&limit=2' })).toEqual(
      success(['__name__', 'pod'], { warnings: ['results truncated due to limit'] }),
    );
    expect(texts(asked as SeriesRequest[])).toEqual([['__name__=~.+'], ['__name__=up']]);
  });
});

describe('/label/<name>/values', () => {
  it('lists values', async () => {
    const { asked, port } = rig(['w']);
    expect(await ask(await port, '/label/pod/values?match[]=up&start=1&limit=9')).toEqual(success(['a', 'b'], { warnings: ['w'] }));
    expect(await ask(await port, '/label/a%20b%2F/values?limit=1')).toEqual(
      success(['a'], { warnings: ['w', 'results truncated due to limit'] }),
    );
    await ask(await port, '/label/U__a_2e_b/values');
    expect(asked).toMatchObject([{ label: 'pod', startMs: 1000 }, { label: 'a b/' }, { label: 'a.b' }]);
  });

  it.each([
    ['/label//values', 400, 'bad_data', 'invalid label name: ""'],
    ['/label/%zz/values', 400, 'bad_data', 'invalid label name: "%zz"'],
    ['/label/pod/values?limit=-1', 400, 'bad_data', 'invalid parameter "limit": limit must be non-negative'],
  ])('%s is a mistake', async (path, code, type, error) => {
    expect(await ask(await rig().port, path)).toEqual(failure(code, type, error));
  });

  it('takes no form', async () => {
    const told = await ask(await rig().port, '/label/pod/values', { form: '' });
    expect(told).toEqual(failure(405, 'bad_data', 'cannot POST "/label/<name>/values": use GET'));
  });
});

it('series are sorted as labels are compared, however many there are', async () => {
  const word = fc.constantFrom('a', 'b', 'ab', 'B', '_');
  const labels = fc.dictionary(word, word, { maxKeys: 3 }).map((record) => ({ labels: labelsOf(record) }));
  await fc.assert(
    fc.asyncProperty(fc.array(labels, { maxLength: 30 }), async (few) => {
      const many = Array.from({ length: 200 }, () => few).flat();
      const sorted = await sortedByLabels(many);
      expect(sorted).toHaveLength(many.length);
      for (const [index, one] of sorted.slice(1).entries()) expect(compare(sorted[index]?.labels, one.labels)).toBeLessThanOrEqual(0);
    }),
    { numRuns: 10 },
  );
});

/** As Prometheus's labels.Compare. */
function compare(one: ReadonlyMap<string, string> = new Map(), other: ReadonlyMap<string, string>): number {
  const [left, right] = [one, other].map((labels) => [...labels].sort(([a], [b]) => (a < b ? -1 : 1)).flat());
  for (const [index, text] of (left ?? []).entries()) {
    const another = right?.[index];
    if (another === undefined) return 1;
    if (text !== another) return text < another ? -1 : 1;
  }
  return (left?.length ?? 0) - (right?.length ?? 0);
}

describe('/status/tsdb', () => {
  it('counts what there is', async () => {
    const { asked, port } = rig();
    expect(await ask(await port, '/status/tsdb?limit=2')).toEqual(
      success({
        headStats: { numSeries: 3, numLabelPairs: 5, minTime: NOW_MS - 300_000, maxTime: NOW_MS },
        seriesCountByMetricName: [
          { name: 'up', value: 2 },
          { name: 'down', value: 1 },
        ],
        labelValueCountByLabelName: [
          { name: '__name__', value: 2 },
          { name: 'pod', value: 2 },
        ],
        memoryInBytesByLabelName: [
          { name: '__name__', value: 6 },
          { name: 'zone', value: 4 },
        ],
        seriesCountByLabelValuePair: [
          { name: '__name__=up', value: 2 },
          { name: '__name__=down', value: 1 },
        ],
      }),
    );
    expect(asked[0]).toMatchObject({ startMs: NOW_MS - 300_000, endMs: NOW_MS });
    expect((await ask(await port, '/status/tsdb')).json).toMatchObject({ data: { seriesCountByLabelValuePair: { length: 5 } } });
  });

  it.each([
    ['x', 'limit must be a number'],
    ['0', 'limit must be a positive number'],
    ['-1', 'limit must be a positive number'],
    ['10001', 'limit must not exceed 10000'],
  ])('limit=%s is a mistake', async (limit, error) => {
    expect(await ask(await rig().port, `/status/tsdb?limit=${limit}`)).toEqual(failure(400, 'bad_data', error));
  });
});
