import { describe, expect, it } from 'vitest';
import { RemoteBook } from '../../../src/discovery/remote/book.ts';
import { firstTargetsQuery, saidTargets, targetsQuery } from '../../../src/discovery/remote/said-targets.ts';
import { VirtualClock } from '../../../src/lib/virtual-clock.ts';
import { labelsOf } from '../../../src/model/labels.ts';
import type { InstantResult, InstantSeries } from '../../../src/model/query-engine.ts';
import { QueryError } from '../../../src/model/query-engine.ts';
import { isLive } from '../../../src/model/target.ts';
import { parseExpression } from '../../../src/promql/syntax/parse.ts';

const START_MS = 1_000_000;
const INTERVAL_MS = 5000;

interface Saying {
  readonly instance?: string;
  readonly up?: number;
  readonly source?: string;
  readonly interval?: number;
  /** Before the question. */
  readonly ageMs?: number;
  /** Its `up` a window before; undefined without one. */
  readonly before?: number | 'none';
  readonly labels?: Readonly<Record<string, string>>;
}

/** What an engine says of a target at a time, in parts. */
function said(atMs: number, saying: Saying = {}): readonly InstantSeries[] {
  const { instance = 'a:8002', up = 1, source = 'triton', interval = 5, ageMs = 1000, before = 1, labels = {} } = saying;
  const of = (part: string, value: number, more: Readonly<Record<string, string>> = {}): InstantSeries => ({
    labels: labelsOf({ __part__: part, job: 'triton', instance, namespace: 'demo', pod: 'a', ...labels, ...more }),
    value,
  });
  return [
    of('interval', interval, { __name__: 'scrape_interval_seconds', source }),
    of('up', up, { __name__: 'up' }),
    of('tried', (atMs - ageMs) / 1000),
    ...(before === 'none' ? [] : [of('before', before)]),
  ];
}

function bookOf(answers: (atMs: number) => readonly InstantSeries[] | Error) {
  const clock = new VirtualClock(START_MS);
  const asked: string[] = [];
  const instant = ({ expr, timeMs }: { readonly expr: string; readonly timeMs: number }): Promise<InstantResult> => {
    asked.push(expr);
    const series = answers(timeMs);
    return series instanceof Error ? Promise.reject(series) : Promise.resolve({ kind: 'vector', series, warnings: [] });
  };
  const book = new RemoteBook({ engine: { instant }, clock, windowMs: () => 60_000 });
  const only = () => {
    const [status] = [...book.all()];
    if (status === undefined) throw new Error('no target is known');
    return status;
  };
  return { book, clock, asked, only };
}

it('asks in PromQL, once a look, at first for what was there before too', async () => {
  const { book, asked } = bookOf((atMs) => said(atMs));
  await book.refresh();
  await book.refresh();
  expect(asked).toEqual([firstTargetsQuery(60_000, 300_000), targetsQuery(60_000)]);
  for (const expr of asked) expect(() => parseExpression(expr)).not.toThrow();
});

describe('at the first look', () => {
  /** What was said within five minutes before. */
  const lastSaid = (instance: string, pod: string): readonly InstantSeries[] =>
    said(START_MS, { instance, labels: { pod } })
      .filter(({ labels }) => ['interval', 'up'].includes(labels.get('__part__') ?? ''))
      .map(({ labels, value }) => {
        const part = labels.get('__part__') === 'up' ? 'lastUp' : 'lastInterval';
        return { labels: labelsOf({ ...Object.fromEntries(labels), __part__: part }), value };
      });

  it('a target whose collector is down already is missed like one that was seen to go', async () => {
    const { book, clock } = bookOf((atMs) => [...said(atMs), ...lastSaid('a:8002', 'a'), ...lastSaid('b:8002', 'b')]);
    await book.refresh();
    expect([...book.all()].map(({ target, lastError }) => [target.id, lastError?.failure])).toEqual([
      ['triton|a:8002', undefined],
      ['triton|b:8002', 'failed'],
    ]);
    await clock.advance(301_000);
    await book.refresh();
    expect([...book.all()].map(({ target }) => target.id)).toEqual(['triton|a:8002']);
  });

  it('a pod that is read at another address now is not', async () => {
    const { book } = bookOf((atMs) => [...said(atMs), ...lastSaid('old:8002', 'a')]);
    await book.refresh();
    expect([...book.all()].map(({ target }) => target.id)).toEqual(['triton|a:8002']);
  });
});

describe('a target that is up', () => {
  it('is live for three intervals from its last scrape, and has its window when it was up before', async () => {
    const { book, only } = bookOf((atMs) => said(atMs));
    expect(book.isRead).toBe(false);
    await book.refresh();
    expect(book.isRead).toBe(true);
    const status = only();
    expect(status.target).toMatchObject({ id: 'triton|a:8002', job: 'triton', source: 'triton', intervalMs: INTERVAL_MS, url: 'a:8002' });
    expect(status.target.labels).toEqual(labelsOf({ job: 'triton', instance: 'a:8002', namespace: 'demo', pod: 'a' }));
    expect(status).toMatchObject({ lastSuccessMs: START_MS - 1000, firstSuccessMs: START_MS - 60_000 });
    expect(book.firstOverdueMs).toBe(START_MS - 1000 + 3 * INTERVAL_MS);
    expect(isLive(status, book.firstOverdueMs)).toBe(true);
    expect(isLive(status, book.firstOverdueMs + 1)).toBe(false);
    expect(book.get('triton|a:8002')).toBe(status);
  });

  it('has to fill its window when it was not, and has filled it once it was', async () => {
    let before: number | 'none' = 'none';
    const { book, clock, only } = bookOf((atMs) => said(atMs, { before }));
    await book.refresh();
    expect(only().firstSuccessMs).toBe(START_MS - 1000);
    await clock.advance(INTERVAL_MS);
    await book.refresh();
    expect(only().firstSuccessMs).toBe(START_MS - 1000);
    before = 1;
    await clock.advance(INTERVAL_MS);
    await book.refresh();
    expect(only().firstSuccessMs).toBe(START_MS + 2 * INTERVAL_MS - 60_000);
  });

  it('is the same object, of the same version, while nothing but times changes', async () => {
    const { book, clock, only } = bookOf((atMs) => said(atMs));
    await book.refresh();
    const [version, { target }, targets] = [book.version, only(), book.targets];
    await clock.advance(INTERVAL_MS);
    await book.refresh();
    expect(book.version).toBe(version);
    expect(only().target).toBe(target);
    expect(book.targets).toBe(targets);
  });

  it.each<[string, Saying]>([
    ['labels', { labels: { node: 'n' } }],
    ['interval', { interval: 15 }],
    ['source', { source: 'dcgm' }],
  ])('is another one with other %s', async (_, saying) => {
    let now: Saying = {};
    const { book, only } = bookOf((atMs) => said(atMs, now));
    await book.refresh();
    const [version, { target }] = [book.version, only()];
    now = saying;
    await book.refresh();
    expect(only().target).not.toBe(target);
    expect(book.version).not.toBe(version);
    expect(book.targets).toEqual([{ target: only().target }]);
  });
});

it('a target that is down is not live, keeps when it was read last, and comes back', async () => {
  let up = 1;
  const { book, clock, only } = bookOf((atMs) => said(atMs, { up }));
  await book.refresh();
  const version = book.version;
  up = 0;
  await clock.advance(INTERVAL_MS);
  await book.refresh();
  expect(only()).toMatchObject({ lastSuccessMs: START_MS - 1000, consecutiveFailures: 1, lastError: { failure: 'failed' } });
  expect(only().lastError?.message).toContain('up is 0');
  expect(book.version).not.toBe(version);
  expect(book.firstOverdueMs).toBe(Number.POSITIVE_INFINITY);
  up = 1;
  await book.refresh();
  expect(isLive(only(), clock.nowMs())).toBe(true);
});

it('a target of which nothing is said is missed for five minutes, with the reason', async () => {
  let there = true;
  const { book, clock, only } = bookOf((atMs) => (there ? said(atMs) : []));
  await book.refresh();
  there = false;
  await clock.advance(INTERVAL_MS);
  await book.refresh();
  expect(only().lastError?.message).toContain('has no up of it any more; is its collector running');
  expect(book.targets).toHaveLength(1);
  const version = book.version;
  await clock.advance(300_000);
  await book.refresh();
  expect(book.version).toBe(version);
  expect(only().consecutiveFailures).toBe(1);
  await clock.advance(1);
  await book.refresh();
  expect([...book.all()]).toEqual([]);
  expect(book.targets).toEqual([]);
  there = true;
  await book.refresh();
  expect(only().consecutiveFailures).toBe(0);
});

describe('scrapes that are missed', () => {
  /** Looks twice an interval, with an answer for each. */
  async function watched(answers: readonly ('up' | 'down' | 'gone' | 'no answer')[]) {
    let now: (typeof answers)[number] = 'up';
    const { book, clock, only } = bookOf((atMs) => {
      if (now === 'no answer') return new QueryError('unreachable', 'down');
      return now === 'gone' ? [] : said(atMs, { up: now === 'up' ? 1 : 0, ageMs: atMs % INTERVAL_MS });
    });
    for (const answer of answers) {
      now = answer;
      await book.refresh().catch(() => {});
      await clock.advance(INTERVAL_MS / 2);
    }
    return { gaps: only().scrapes?.gaps, version: book.version };
  }

  it.each([
    ['none', ['up', 'up', 'up', 'up', 'up', 'up'], 0],
    ['one', ['up', 'down', 'down', 'up'], 0],
    ['three, of a server that was down', ['up', 'up', 'down', 'down', 'down', 'down', 'down', 'down', 'up'], 1],
    ['three, of a collector that was gone', ['up', 'up', 'gone', 'gone', 'gone', 'gone', 'gone', 'gone', 'up'], 1],
    ['none that we know of, while the engine did not answer', ['up', 'up', ...Array<'no answer'>(6).fill('no answer'), 'up'], 0],
  ] as const)('%s', async (_, answers, gaps) => {
    expect((await watched(answers)).gaps).toHaveLength(gaps);
  });

  it('change the version of the book though the target was live all the time', async () => {
    let triedMs = START_MS;
    const { book, clock, only } = bookOf((atMs) => said(atMs, { ageMs: atMs - triedMs }));
    await book.refresh();
    const version = book.version;
    for (let look = 0; look < 4; look += 1) {
      await clock.advance(0.7 * INTERVAL_MS);
      if (look === 3) triedMs = clock.nowMs();
      await book.refresh();
      expect(isLive(only(), clock.nowMs())).toBe(true);
      if (look < 3) expect(book.version).toBe(version);
    }
    expect(only().scrapes?.gaps).toEqual([{ fromMs: START_MS, toMs: triedMs }]);
    expect(book.version).not.toBe(version);
  });

  it('are told with their times, and change the version of the book', async () => {
    const before = await watched(['up', 'up', ...Array<'down'>(6).fill('down')]);
    const after = await watched(['up', 'up', ...Array<'down'>(6).fill('down'), 'up']);
    expect(after.gaps).toEqual([{ fromMs: START_MS, toMs: START_MS + 4 * INTERVAL_MS }]);
    expect(after.version).toBeGreaterThan(before.version);
  });
});

it.each<[string, Saying, Saying]>([
  ['a pod with another address', { instance: 'a:8002' }, { instance: 'b:8002' }],
  [
    'a node whose exporter has another',
    { instance: 'a:9400', labels: { pod: '', node: 'n' } },
    { instance: 'b:9400', labels: { pod: '', node: 'n' } },
  ],
])('%s is not missed at the old one', async (_, before, after) => {
  let now = before;
  const { book, only } = bookOf((atMs) => withoutEmpty(said(atMs, now)));
  await book.refresh();
  now = after;
  await book.refresh();
  expect([...book.all()]).toHaveLength(1);
  expect(only().target.id).toBe(`triton|${after.instance}`);
});

/** As engines say labels: without those that are empty. */
function withoutEmpty(series: readonly InstantSeries[]): readonly InstantSeries[] {
  return series.map(({ labels, value }) => ({ labels: new Map([...labels].filter(([, text]) => text !== '')), value }));
}

it('what is known grows old while there is no answer', async () => {
  let answers = true;
  const { book, clock, only } = bookOf((atMs) => (answers ? said(atMs) : new QueryError('unreachable', 'down')));
  await book.refresh();
  answers = false;
  await clock.advance(3 * INTERVAL_MS);
  await expect(book.refresh()).rejects.toThrow('down');
  expect(isLive(only(), clock.nowMs())).toBe(false);
});

describe('what is no target', () => {
  const parts = said(START_MS);
  it.each([
    ['an up without an interval', parts.slice(1)],
    ['an interval without an up', parts.slice(0, 1)],
    ['an up without a time', [...parts.slice(0, 2), ...parts.slice(3)]],
    ['a source that nobody knows', said(START_MS, { source: 'other' })],
    ['no interval', said(START_MS, { interval: 0 })],
    ['an interval that is no number', said(START_MS, { interval: Number.NaN })],
  ])('%s', (_, series) => {
    expect(saidTargets(series)).toEqual([]);
  });

  it('two with one instance are two where their jobs differ', () => {
    const other = parts.map(({ labels, value }) => ({ labels: new Map([...labels, ['job', 'other']]), value }));
    expect(saidTargets([...parts, ...other]).map(({ id }) => id)).toEqual(['triton|a:8002', 'other|a:8002']);
  });
});
