import { describe, expect, it } from 'vitest';
import { ask, failure, serveApi, success, type Told } from './world.ts';

async function told(path: string, query: string): Promise<Told> {
  return ask(await serveApi(), `${path}?query=${encodeURIComponent(query)}`);
}

describe('/format_query', () => {
  it.each([
    ['foo/bar', 'foo / bar'],
    ['sum  by(a,b)(rate(x[1m]))', 'sum by (a, b) (rate(x[1m]))'],
  ])('%s', async (query, text) => {
    expect(await told('/format_query', query)).toEqual(success(text));
  });

  const long = (word: string) => `${word}${'_'.repeat(60)}`;

  it.each([
    ['an operation', `${long('a')} + on (x) group_left (y) ${long('b')}`, `  ${long('a')}\n+ on (x) group_left (y)\n  ${long('b')}`],
    ['an aggregation', `sum by (x) (${long('a')} + ${long('b')})`, `sum by (x) (\n    ${long('a')}\n  +\n    ${long('b')}\n)`],
    ['a parameter', `topk(5, ${long('a')} + ${long('b')})`, `topk(\n  5,\n    ${long('a')}\n  +\n    ${long('b')}\n)`],
    ['arguments', `clamp(${long('a')}, 1, scalar(${long('b')}))`, `clamp(\n  ${long('a')},\n  1,\n  scalar(${long('b')})\n)`],
    ['parentheses', `(${long('a')} + ${long('b')})`, `(\n    ${long('a')}\n  +\n    ${long('b')}\n)`],
    ['a sign', `-sum(${long('a')} + ${long('b')})`, `-sum(\n    ${long('a')}\n  +\n    ${long('b')}\n)`],
    ['a long name, as it is', `${long('a')}${long('b')}`, `${long('a')}${long('b')}`],
    ['a long inner query', `(${long('a')} + ${long('b')})[1h:]`, `(\n    ${long('a')}\n  +\n    ${long('b')}\n)[1h:]`],
    ['an inner query', `rate(${long('a')}[5m])[${'1h'}:1m] offset 5m`, `rate(${long('a')}[5m])[1h:1m] offset 5m`],
  ])('%s', async (_, query, text) => {
    expect(await told('/format_query', query)).toEqual(success(text));
  });

  it('is told where it is none', async () => {
    const error = {
      code: 400,
      json: { status: 'error', errorType: 'bad_data', error: expect.stringMatching(/^invalid parameter "query": ./) },
    };
    expect(await told('/format_query', 'sum(')).toEqual(error);
    expect(await told('/parse_query', '')).toEqual(error);
    expect(await told('/query_exemplars', ')')).toEqual(error);
  });
});

describe('/parse_query', () => {
  const matcher = (name: string, type: string, value: string) => ({ name, type, value });
  const selector = (name: string, matchers: readonly object[], rest: object = {}) => ({
    type: 'vectorSelector',
    name,
    offset: 0,
    offsetExpr: null,
    timestamp: null,
    startOrEnd: null,
    anchored: false,
    smoothed: false,
    matchers,
    ...rest,
  });
  const x = selector('x', [matcher('__name__', '=', 'x')]);
  const number = (val: string) => ({ type: 'numberLiteral', val });
  const matching = (rest: object = {}) => ({
    card: 'one-to-one',
    labels: [],
    on: false,
    include: [],
    fillValues: { lhs: null, rhs: null },
    ...rest,
  });
  const binary = (op: string, rest: object) => ({ type: 'binaryExpr', op, lhs: x, rhs: x, matching: matching(), bool: false, ...rest });

  const absent = { rangeExpr: null, stepExpr: null, offsetExpr: null, timestamp: null, startOrEnd: null };
  const subquery = (rest: object) => ({ type: 'subquery', expr: x, range: 3_600_000, ...absent, ...rest });

  it.each<[string, object]>([
    ['1e3', number('1000')],
    ['"a"', { type: 'stringLiteral', val: 'a' }],
    ['x{a=~"b"}', selector('x', [matcher('a', '=~', 'b'), matcher('__name__', '=', 'x')])],
    ['{__name__="x"} offset 5m', selector('', [matcher('__name__', '=', 'x')], { offset: 300_000 })],
    ['x @ 12.5', { ...x, timestamp: 12_500 }],
    ['x[5m] @ end()', { ...x, type: 'matrixSelector', range: 300_000, rangeExpr: null, startOrEnd: 'end' }],
    ['x[1h:]', subquery({ step: 0, offset: 0 })],
    ['x[1h:1m] offset -1m', subquery({ step: 60_000, offset: -60_000 })],
    ['(x)', { type: 'parenExpr', expr: x }],
    ['-x', { type: 'unaryExpr', op: '-', expr: x }],
    ['1 + 2', binary('+', { lhs: number('1'), rhs: number('2'), matching: null })],
    ['x > bool 2', binary('>', { rhs: number('2'), matching: null, bool: true })],
    ['x / x', binary('/', {})],
    ['x and x', binary('and', { matching: matching({ card: 'many-to-many' }) })],
    ['x * on (a) group_left (b) x', binary('*', { matching: matching({ card: 'many-to-one', on: true, labels: ['a'], include: ['b'] }) })],
    ['x * ignoring (a) group_right x', binary('*', { matching: matching({ card: 'one-to-many', labels: ['a'] }) })],
    ['sum without (a) (x)', { type: 'aggregation', op: 'sum', expr: x, param: null, grouping: ['a'], without: true }],
    ['topk(1, x)', { type: 'aggregation', op: 'topk', expr: x, param: number('1'), grouping: [], without: false }],
    ['time()', { type: 'call', func: { name: 'time', argTypes: [], variadic: 0, returnType: 'scalar' }, args: [] }],
    [
      'rate(x[1m])',
      {
        type: 'call',
        func: { name: 'rate', argTypes: ['matrix'], variadic: 0, returnType: 'vector' },
        args: [{ ...x, type: 'matrixSelector', range: 60_000, rangeExpr: null }],
      },
    ],
    ['scalar(x) + time()', { type: 'binaryExpr', op: '+', matching: null, bool: false, lhs: expect.anything(), rhs: expect.anything() }],
    ['(1 + 2) * -3', { type: 'binaryExpr', op: '*', matching: null, bool: false, lhs: expect.anything(), rhs: expect.anything() }],
    [
      'sum(x) - (x - 1)',
      { type: 'binaryExpr', op: '-', matching: matching(), bool: false, lhs: expect.anything(), rhs: expect.anything() },
    ],
    ['-(x) / abs(x)', { type: 'binaryExpr', op: '/', matching: matching(), bool: false, lhs: expect.anything(), rhs: expect.anything() }],
  ])('%s', async (query, data) => {
    expect(await told('/parse_query', query)).toEqual(success(data));
  });
});

describe('/query_exemplars', () => {
  it('has none', async () => {
    expect(await told('/query_exemplars', 'rate(x[1m])')).toEqual(success([]));
    expect(await ask(await serveApi(), '/query_exemplars', { form: 'query=x&start=1&end=2' })).toEqual(success([]));
  });

  it('has nothing to say about nothing', async () => {
    expect(await told('/query_exemplars', '1')).toEqual({ code: 204, json: '' });
  });

  it('goes forward in time', async () => {
    const error = 'end timestamp must not be before start timestamp';
    expect(await ask(await serveApi(), '/query_exemplars?query=x&start=2&end=1')).toEqual(failure(400, 'bad_data', error));
  });
});
