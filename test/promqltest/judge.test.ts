// A runner is worth as much as it can fail: every kind of mistake, and what is said of it.
import { describe, expect, it } from 'vitest';
import { type QueryEngine, QueryError } from '../../src/model/query-engine.ts';
import { countsOf, failureLines } from './report.ts';
import { runFile } from './run-file.ts';
import { answering, matrix, type Question, type Reply, scalar, vector } from './support/fake-engine.ts';

async function linesOf(text: string, engine: QueryEngine): Promise<readonly string[]> {
  return failureLines('f', await runFile(text, () => engine));
}

async function told(file: string, reply: Reply | ((question: Question) => Reply)): Promise<readonly string[]> {
  return linesOf(file, answering(typeof reply === 'function' ? reply : () => reply));
}

const VECTOR = 'eval instant at 1m m\n  m{a="x"} 1\n  m{a="y"} 2';
const RANGE = 'eval range from 0 to 2s step 1s m\n  m{a="x"} 1 _ 3';
const right = vector(['m{a="x"} 1', 'm{a="y"} 2']);

describe('answers that are right', () => {
  it.each<readonly [string, string, Reply]>([
    ['a vector', VECTOR, right],
    ['in the order asked for', `eval_ordered instant at 1m m\n  m{a="x"} 1\n  m{a="y"} 2`, right],
    ['within a millionth', 'eval instant at 1m m\n  m 1000000', vector(['m 1000001.9'])],
    ['NaN for NaN', 'eval instant at 1m m\n  m NaN', vector(['m NaN'])],
    ['a scalar', 'eval instant at 1m 1\n  1e0', scalar(1)],
    ['a string', 'eval instant at 1m "a\\n"\n  expect string "a\\n"', { kind: 'string', value: 'a\n', warnings: [] }],
    ['nothing', 'eval instant at 1m m', vector([])],
    ['a range', RANGE, matrix(['m{a="x"} 1 _ 3'])],
    ['a range vector', 'eval instant at 5s m[2s]\n  expect range vector from 0 to 2s step 1s\n  m 1 2 3', matrix(['m 1 2 3'])],
    ['notes that nobody asked about', VECTOR, vector(['m{a="x"} 1', 'm{a="y"} 2'], { warnings: ['w'], infos: ['i'] })],
    ['a note with its place', `${VECTOR}\n  expect warn msg: w x`, vector(['m{a="x"} 1', 'm{a="y"} 2'], { warnings: ['w x (1:5)'] })],
    ['a note that is like', `${VECTOR}\n  expect info regex: ^w.$`, vector(['m{a="x"} 1', 'm{a="y"} 2'], { infos: ['wx (1:5)'] })],
    [
      'a note with its buckets',
      'eval instant at 1m m\n  expect info msg: fixed for monotonicity',
      vector([], {
        infos: [
          'fixed for monotonicity, from buckets 1 to +Inf, with a max diff of 1, over 1 samples from 1970-01-01T00:01:00Z to 1970-01-01T00:01:00Z (1:5)',
        ],
      }),
    ],
    ['a failure', 'eval_fail instant at 1m m', new QueryError('execution', 'no')],
    ['a failure by its message', 'eval_fail instant at 1m m\n  expected_fail_message no', new QueryError('execution', 'no; do yes')],
    ['a failure that is like', 'eval instant at 1m m\n  expect fail regex: n.', new QueryError('execution', 'no')],
    [
      'a text that cannot be read, when that is said',
      'eval instant at 1m m\n  expect fail regex: parse',
      new QueryError('bad-expression', 'parse'),
    ],
  ])('%s', async (_name, file, reply) => {
    expect(await told(file, reply)).toEqual([]);
  });
});

describe('answers that are wrong', () => {
  const notes = (warnings: readonly string[], infos: readonly string[] = []): Reply => vector([], { warnings, infos });
  it.each<readonly [string, string, Reply, string, string]>([
    ['a value', VECTOR, vector(['m{a="x"} 1', 'm{a="y"} 3']), 'm{a="y"} 2', 'm{a="y"} 3'],
    ['more than a millionth', 'eval instant at 1m m\n  m 1000000', vector(['m 1000003']), 'm{} 1000000', 'm{} 1000003'],
    ['next to zero', 'eval instant at 1m m\n  m 0', vector(['m 1e-300']), 'm{} 0', 'm{} 1e-300'],
    ['NaN for a number', 'eval instant at 1m m\n  m 1', vector(['m NaN']), 'm{} 1', 'm{} NaN'],
    ['a number for NaN', 'eval instant at 1m m\n  m NaN', vector(['m 1']), 'm{} NaN', 'm{} 1'],
    ['another infinity', 'eval instant at 1m m\n  m Inf', vector(['m -Inf']), 'm{} +Inf', 'm{} -Inf'],
    ['a missing series', VECTOR, vector(['m{a="x"} 1']), 'm{a="y"} 2', 'm{a="x"} without it'],
    ['no series at all', VECTOR, vector([]), 'm{a="x"} 1', 'nothing'],
    ['a surplus series', VECTOR, vector(['m{a="x"} 1', 'm{a="y"} 2', 'm{a="z"} 5']), 'no series m{a="z"}', 'm{a="z"} 5'],
    ['a name that should be gone', 'eval instant at 1m m\n  {} 1', vector(['m 1']), 'no series m{}', 'm{} 1'],
    ['a series twice', 'eval instant at 1m m\n  m 1', vector(['m 1', 'm 1']), 'm{} once', 'it twice'],
    [
      'the order',
      'eval instant at 1m m\n  expect ordered\n  m{a="y"} 2\n  m{a="x"} 1',
      right,
      'm{a="x"} at position 2',
      'it at position 1',
    ],
    ['a scalar', 'eval instant at 1m 1\n  1', scalar(2), 'scalar 1', 'scalar 2'],
    ['a scalar for a vector', VECTOR, scalar(2), 'series m{a="x"}, m{a="y"}', 'scalar 2'],
    ['a vector for a scalar', 'eval instant at 1m 1\n  1', vector(['{} 1']), 'scalar 1', 'vector {} 1'],
    ['a scalar for nothing', 'eval instant at 1m 1', scalar(2), 'no series', 'scalar 2'],
    ['a range vector for a scalar', 'eval instant at 1m 1\n  1', matrix(['m 1']), 'scalar 1', 'range vector m{} 1 @0'],
    ['a string', 'eval instant at 1m "a"\n  expect string "a"', { kind: 'string', value: 'b', warnings: [] }, 'string "a"', 'string "b"'],
    ['a string for nothing', 'eval instant at 1m "a"', { kind: 'string', value: 'b', warnings: [] }, 'no series', 'string "b"'],
    ['a sample', RANGE, matrix(['m{a="x"} 1 _ 4']), 'm{a="x"} 1 @0 3 @2', 'm{a="x"} 1 @0 4 @2'],
    ['the time of a sample', RANGE, matrix(['m{a="x"} 1 3']), 'm{a="x"} 1 @0 3 @2', 'm{a="x"} 1 @0 3 @1'],
    ['a sample too many', RANGE, matrix(['m{a="x"} 1 2 3']), 'm{a="x"} 1 @0 3 @2', 'm{a="x"} 1 @0 2 @1 3 @2'],
    ['a range without a series', RANGE, matrix([]), 'm{a="x"} 1 _ 3', 'nothing'],
    [
      'a range that is not sorted',
      'eval range from 0 to 0 step 1s m\n  m{a="x"} 1\n  m{a="x", b="1"} 1\n  m{a="y"} 1',
      matrix(['m{a="x", b="1"} 1', 'm{a="x"} 1', 'm{a="y"} 1']),
      'series sorted by their labels, m{a="x"} before m{a="x", b="1"}',
      'it after that',
    ],
    [
      'more samples than steps',
      `${RANGE} 4`,
      matrix(['m{a="x"} 1 _ 3']),
      'm{a="x"} with 4 samples',
      'a question whose time holds fewer; shorten the line',
    ],
    ['a failure', VECTOR, new QueryError('execution', 'no'), 'an answer', 'it fails: no'],
    ['no failure', 'eval_fail instant at 1m m', right, 'it to fail with anything', 'an answer'],
    [
      'another failure',
      'eval instant at 1m m\n  expect fail msg: yes',
      new QueryError('execution', 'no'),
      'it to fail with "yes"',
      'it fails: no',
    ],
    [
      'a longer failure',
      'eval instant at 1m m\n  expect fail msg: no',
      new QueryError('execution', 'nowhere'),
      'it to fail with "no"',
      'it fails: nowhere',
    ],
    [
      'a failure that is not like',
      'eval_fail instant at 1m m\n  expected_fail_regexp ^o',
      new QueryError('execution', 'no'),
      'it to fail with something like "^o"',
      'it fails: no',
    ],
    [
      'what cannot be read',
      'eval_fail instant at 1m m(',
      new QueryError('bad-expression', 'no'),
      'it to fail with anything when it is evaluated',
      'it fails: no',
    ],
    [
      'what is not there',
      'eval_fail instant at 1m m',
      new QueryError('unsupported', 'no'),
      'it to fail with anything when it is evaluated',
      'it fails: no',
    ],
    ['no warning', 'eval_warn instant at 1m m', notes([]), 'the warning anything', 'no warning'],
    ['no info', 'eval instant at 1m m\n  expect info', notes(['w']), 'the info anything', 'no info'],
    ['another warning', 'eval instant at 1m m\n  expect warn msg: v', notes(['w (1:1)']), 'the warning "v"', '"w"'],
    ['a surplus warning', 'eval instant at 1m m\n  expect warn msg: v', notes(['v (1:1)', 'w (1:1)']), 'the warning "v" alone', '"w"'],
    [
      'a surplus info',
      'eval instant at 1m m\n  expect info regex: v\n  expect info msg: u',
      notes([], ['u', 'v', 'w']),
      'the info something like "v" or "u" alone',
      '"w"',
    ],
    ['a warning', 'eval instant at 1m m\n  expect no_warn', notes(['w']), 'no warning', '"w"'],
    ['an info', 'eval instant at 1m m\n  expect no_info', notes([], ['w']), 'no info', '"w"'],
  ])('%s', async (_name, file, reply, expected, got) => {
    const first = file.split('\n')[0];
    expect(await told(`# c\n\n${file}`, reply)).toEqual([`f:3: ${first}`, `  expected ${expected}`, `  got      ${got}`]);
  });

  it('says what no engine should throw', async () => {
    const lines = await told('eval_fail instant at 1m m', new TypeError('oh'));
    expect(lines.at(-1)).toContain('it fails: what is no QueryError: TypeError: oh');
  });
});

describe('the other forms of a question', () => {
  const asked = async (file: string): Promise<readonly string[]> => {
    const questions: string[] = [];
    await told(file, ({ form, expr, timeMs }) => {
      questions.push(`${form} ${timeMs / 1000}: ${expr}`);
      return vector([]);
    });
    return questions;
  };

  it('are asked at five other times, and as the middle of a range', async () => {
    const pinned = 'sum(m @ 300.000) + max_over_time(m[5m:] @ 300.000) - m @ 7 + m @ 300.000 offset 1m';
    expect(await asked('eval instant at 5m sum(m) + max_over_time(m[5m:]) - m @ 7 + m @ end() offset 1m')).toEqual([
      'instant 300: sum(m) + max_over_time(m[5m:]) - m @ 7 + m @ end() offset 1m',
      'range 300: sum(m) + max_over_time(m[5m:]) - m @ 7 + m @ end() offset 1m',
      ...[-3000, 0, 60, 300, 3000].flatMap((time) => [`instant ${time}: ${pinned}`, `range ${time}: ${pinned}`]),
    ]);
    expect(await asked('eval instant at 0 m')).toHaveLength(8);
  });

  it('are not asked where the answer hangs on the time of the question', async () => {
    expect(await asked('eval instant at 5m timestamp(m)')).toEqual(['instant 300: timestamp(m)', 'range 300: timestamp(m)']);
    expect(await asked('eval instant at 5m max_over_time(vector(time())[5m:])')).toHaveLength(12);
    expect(await asked('eval range from 0 to 5m step 1m m')).toEqual(['range 150: m']);
  });

  it('have to be right too', async () => {
    const wrong = vector(['m{a="x"} 1', 'm{a="y"} 9']);
    const differs = ['  expected m{a="y"} 2', '  got      m{a="y"} 9'];
    expect(await told(VECTOR, ({ form }) => (form === 'range' ? wrong : right))).toEqual([
      'f:1: eval instant at 1m m',
      '  asked as the middle of a range',
      ...differs,
    ]);
    expect(await told(VECTOR, ({ timeMs }) => (timeMs === 600_000 ? wrong : right))).toEqual([
      'f:1: eval instant at 1m m',
      '  asked as m @ 60.000 at 600 s',
      ...differs,
    ]);
    expect(await told(VECTOR, ({ form, timeMs }) => (timeMs === 0 && form === 'range' ? wrong : right))).toContain(
      '  asked as m @ 60.000 at 0 s, as the middle of a range',
    );
    expect(await told(VECTOR, ({ form }) => (form === 'range' ? new QueryError('execution', 'no') : right))).toContain(
      '  got      it fails: no',
    );
    expect(await told('eval instant at 1m 1\n  1', ({ form }) => scalar(form === 'range' ? 2 : 1))).toContain('  got      scalar 2');
    expect(await told('eval instant at 1m 1\n  1', ({ form }) => (form === 'range' ? vector([]) : scalar(1)))).toContain(
      '  got      vector without series',
    );
    expect(await told('eval_fail instant at 1m m', ({ timeMs }) => (timeMs === 0 ? right : new QueryError('execution', 'no')))).toContain(
      '  expected it to fail with anything',
    );
  });

  it('come sorted as ranges', async () => {
    const reversed = vector(['m{a="y"} 2', 'm{a="x"} 1']);
    expect(await told(VECTOR, ({ form }) => (form === 'range' ? reversed : right))).toEqual([
      'f:1: eval instant at 1m m',
      '  asked as the middle of a range',
      '  expected series sorted by their labels, m{a="x"} before m{a="y"}',
      '  got      it after that',
    ]);
  });

  it('come in any order at an instant', async () => {
    const reversed = vector(['m{a="y"} 2', 'm{a="x"} 1']);
    expect(await told(VECTOR, ({ form }) => (form === 'range' ? right : reversed))).toEqual([]);
  });

  it('need no order as ranges', async () => {
    const reversed = vector(['m{a="y"} 2', 'm{a="x"} 1']);
    const file = 'eval_ordered instant at 1m m\n  m{a="y"} 2\n  m{a="x"} 1';
    expect(await told(file, ({ form }) => (form === 'range' ? right : reversed))).toEqual([]);
  });
});

describe('what is left out', () => {
  const counts = async (file: string, reply: Reply): Promise<object> => countsOf(await runFile(file, () => answering(() => reply)));
  const skipped = { passed: 0, failed: 0, skipped: 1 };

  it.each([
    [
      'a flag of Prometheus',
      new QueryError('unsupported', 'cannot evaluate "anchored": Prometheus has it behind promql-extended-range-selectors'),
    ],
    ['a function that is not enabled', new QueryError('bad-expression', '1:1: parse error: function "info" is not enabled')],
    [
      'an aggregation that is not enabled',
      new QueryError('bad-expression', '1:1: parse error: limitk() is experimental and must be enabled with …'),
    ],
    ['native histograms by name', new QueryError('unsupported', 'cannot evaluate "x": it is for native histograms only')],
  ])('%s', async (_name, reply) => {
    expect(await counts('eval instant at 1m m\n  m 1', reply)).toEqual(skipped);
    expect(await counts('eval_fail instant at 1m m', reply)).toEqual(skipped);
  });

  it('fails for what an engine lacks without a flag', async () => {
    expect(await counts('eval instant at 1m m\n  m 1', new QueryError('unsupported', 'not yet'))).toEqual({
      passed: 0,
      failed: 1,
      skipped: 0,
    });
    expect(await counts('eval instant at 1m m\n  m 1', new QueryError('execution', 'promql-x is off'))).toMatchObject({ failed: 1 });
  });

  it('skips what expects a native histogram, or asks for a series that is one', async () => {
    const load = 'load 1m\n  h{a="1"} {{count:1}}x3\n  h{a="2"} 1\n  g 1\n\n';
    expect(await counts('eval instant at 1m m\n  m {{count:1}}', vector([]))).toEqual(skipped);
    expect(await counts(`${load}eval instant at 1m sum(rate(h[1m])) + g\n  {} 1`, vector([]))).toEqual(skipped);
    expect(await counts(`${load}eval instant at 1m {__name__=~"h.*", a!="2"}\n  {} 1`, vector([]))).toEqual(skipped);
    expect(await counts(`${load}eval instant at 1m h{a="2"}`, vector([]))).toMatchObject({ passed: 1 });
    expect(await counts(`${load}clear\neval instant at 1m h`, vector([]))).toMatchObject({ passed: 1 });
    expect(await counts(`${load}eval instant at 1m h(`, new QueryError('bad-expression', 'no'))).toMatchObject({ failed: 1 });
  });

  it('skips what asks for a classic histogram made native, not its parts', async () => {
    const load = 'load_with_nhcb 1m\n  h_bucket{a="1", le="1"} 1\n  h_bucket{a="1", le="+Inf"} 1\n  h_count{a="1"} 1\n  other 1\n\n';
    expect(await counts(`${load}eval instant at 1m histogram_quantile(1, h)`, vector([]))).toEqual(skipped);
    expect(await counts(`${load}eval instant at 1m h_bucket`, vector([]))).toMatchObject({ passed: 1 });
    expect(await counts(`${load}eval instant at 1m other`, vector([]))).toMatchObject({ passed: 1 });
    expect((await runFile(load, () => answering(() => vector([])))).seriesLeftOut).toBe(1);
  });
});
