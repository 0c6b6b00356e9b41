import { describe, expect, it } from 'vitest';
import type { DescribeResult } from '../../src/model/description.ts';
import type { ScrapeFailure, TargetStatus } from '../../src/model/target.ts';
import { type Attempt, initialStatus, saysOtherThings, statusAfter, statusTold } from '../../src/scrape/status.ts';
import { targetOf } from './support/targets.ts';

const TARGET = targetOf('a');
const WARNING = { code: 'odd', message: 'It is odd.' };

function read(sentMs: number, beganAnew = false): Attempt {
  return { sentMs, endedMs: sentMs + 20, outcome: { kind: 'read', samples: 7, warnings: [WARNING], beganAnew } };
}

function failure(sentMs: number, kind: ScrapeFailure): Attempt {
  return { sentMs, endedMs: sentMs + 5, outcome: { kind: 'failed', error: { failure: kind, message: kind } } };
}

function statusOf(...attempts: readonly Attempt[]): TargetStatus {
  let status = initialStatus(TARGET);
  for (const attempt of attempts) status = statusAfter(status, attempt);
  return status;
}

const base = { target: TARGET, startedUnderObservation: false, consecutiveFailures: 0, samples: 0, warnings: [] };
const refused = { failure: 'refused', message: 'refused' } as const;
const timeout = { failure: 'timeout', message: 'timeout' } as const;

describe('a status', () => {
  it.each([
    { name: 'before the first attempt', attempts: [], status: base },
    {
      name: 'after a success',
      attempts: [read(1_000)],
      status: {
        ...base,
        lastAttemptMs: 1_000,
        lastSuccessMs: 1_020,
        firstSuccessMs: 1_000,
        warnings: [WARNING],
        scrapes: { everyMs: 5000, lastMs: 1_000, gaps: [] },
        lastDurationMs: 20,
        samples: 7,
      },
    },
    {
      name: 'after successes in time',
      attempts: [read(1_000), read(6_000)],
      status: {
        ...base,
        lastAttemptMs: 6_000,
        lastSuccessMs: 6_020,
        firstSuccessMs: 1_000,
        warnings: [WARNING],
        scrapes: { everyMs: 5000, lastMs: 6_000, gaps: [] },
        lastDurationMs: 20,
        samples: 7,
      },
    },
    {
      name: 'keeps the last success while it fails',
      attempts: [read(1_000), failure(6_000, 'timeout'), failure(11_000, 'timeout')],
      status: {
        ...base,
        lastAttemptMs: 11_000,
        lastSuccessMs: 1_020,
        firstSuccessMs: 1_000,
        warnings: [WARNING],
        scrapes: { everyMs: 5000, lastMs: 1_000, gaps: [] },
        lastError: timeout,
        consecutiveFailures: 2,
        lastDurationMs: 5,
      },
    },
    {
      name: 'remembers the gap when it comes back',
      attempts: [read(1_000), failure(6_000, 'timeout'), read(11_000)],
      status: {
        ...base,
        lastAttemptMs: 11_000,
        lastSuccessMs: 11_020,
        firstSuccessMs: 1_000,
        warnings: [WARNING],
        scrapes: { everyMs: 5000, lastMs: 11_000, gaps: [{ fromMs: 1_000, toMs: 11_000 }] },
        lastDurationMs: 20,
        samples: 7,
      },
    },
    {
      name: 'refused at first: it starts under our eyes',
      attempts: [failure(1_000, 'refused')],
      status: {
        ...base,
        lastAttemptMs: 1_000,
        lastError: refused,
        consecutiveFailures: 1,
        lastDurationMs: 5,
        startedUnderObservation: true,
        refusedSinceMs: 1_000,
      },
    },
  ])('$name', ({ attempts, status }) => {
    expect(statusOf(...attempts)).toEqual(status);
  });

  it.each([
    { name: 'refused, slow, read', attempts: [failure(1, 'refused'), failure(2, 'timeout'), read(3)], observed: true },
    { name: 'slow, read', attempts: [failure(1, 'timeout'), read(2)], observed: false },
    { name: 'refused only after a success', attempts: [read(1), failure(2, 'refused'), read(3)], observed: false },
  ])('knows whether it saw the start: $name', ({ attempts, observed }) => {
    expect(statusOf(...attempts).startedUnderObservation).toBe(observed);
  });
});

describe('the gaps of a target', () => {
  it.each([
    {
      name: 'are those between good scrapes',
      attempts: [read(0), failure(5_000, 'timeout'), read(10_000)],
      gaps: [{ fromMs: 0, toMs: 10_000 }],
    },
    { name: 'are there where nobody asked', attempts: [read(0), read(40_000)], gaps: [{ fromMs: 0, toMs: 40_000 }] },
    { name: 'are not there before the first', attempts: [failure(0, 'timeout'), read(40_000)], gaps: [] },
    { name: 'are none where a scrape is late', attempts: [read(0), read(7_500)], gaps: [] },
    {
      name: 'add up',
      attempts: [read(0), read(10_000), read(15_000), read(25_000)],
      gaps: [
        { fromMs: 0, toMs: 10_000 },
        { fromMs: 15_000, toMs: 25_000 },
      ],
    },
    {
      name: 'lose what was counted until it came back, as nobody saw it go',
      attempts: [read(0), failure(5_000, 'timeout'), read(20_000, true)],
      gaps: [{ fromMs: 0, toMs: 20_000, lostUntilMs: 20_000 }],
    },
    {
      name: 'lose what was counted until connections were refused, when they were to the end',
      attempts: [read(0), failure(5_000, 'timeout'), failure(10_000, 'refused'), failure(15_000, 'refused'), read(20_000, true)],
      gaps: [{ fromMs: 0, toMs: 20_000, lostUntilMs: 10_000 }],
    },
    {
      name: 'lose it until the end when something else came in between',
      attempts: [read(0), failure(5_000, 'refused'), failure(10_000, 'timeout'), read(15_000, true)],
      gaps: [{ fromMs: 0, toMs: 15_000, lostUntilMs: 15_000 }],
    },
    {
      name: 'lose nothing where counters went on',
      attempts: [read(0), failure(5_000, 'refused'), read(15_000)],
      gaps: [{ fromMs: 0, toMs: 15_000 }],
    },
  ])('$name', ({ attempts, gaps }) => {
    expect(statusOf(...attempts).scrapes?.gaps).toEqual(gaps);
  });

  it('are the newest sixty', () => {
    const status = statusOf(...Array.from({ length: 70 }, (_, at) => read(at * 10_000)));
    expect(status.scrapes?.gaps).toHaveLength(60);
    expect(status.scrapes?.gaps.at(-1)).toEqual({ fromMs: 680_000, toMs: 690_000 });
  });
});

describe('statistics', () => {
  const description = { serverReady: true, models: [], undescribed: [] };
  const told = { kind: 'described', description, statistics: [{ model: 'm', version: '1', busySeconds: 3 }] } as const;
  const answer = (status: TargetStatus, sentMs: number, result: DescribeResult = told): TargetStatus =>
    statusTold(status, { result, sentMs, everyMs: 15_000, warnings: [] });

  it('have times of their own', () => {
    const status = answer(answer(statusOf(read(0)), 20), 15_020);
    expect(status.statistics).toEqual({ everyMs: 15_000, lastMs: 15_020, gaps: [] });
    expect(answer(status, 45_020).statistics?.gaps).toEqual([{ fromMs: 15_020, toMs: 45_020 }]);
  });

  it.each<[string, DescribeResult]>([
    ['a failure', { kind: 'failed', error: timeout }],
    ['an answer without any', { ...told, statistics: [] }],
  ])('are not read by %s', (_, result) => {
    const status = answer(statusOf(read(0)), 20, result);
    expect(status).toEqual({ ...statusOf(read(0)), warnings: [] });
  });

  it('are kept over scrapes, good and bad', () => {
    let status = answer(statusOf(read(0)), 20);
    const { statistics } = status;
    for (const attempt of [read(5_000), failure(10_000, 'timeout'), read(15_000)]) status = statusAfter(status, attempt);
    expect(status.statistics).toBe(statistics);
  });

  it('begin anew with the counters of the server', () => {
    let status = answer(statusOf(read(0)), 20);
    const attempts = [failure(5_000, 'refused'), failure(30_000, 'refused'), read(35_000, true), read(40_000), failure(45_000, 'timeout')];
    for (const attempt of [...attempts, read(50_000)]) status = statusAfter(status, attempt);
    expect(answer(status, 50_020).statistics?.gaps).toEqual([{ fromMs: 20, toMs: 50_020, lostUntilMs: 5_000 }]);
  });
});

describe('what others are told of', () => {
  const before = statusOf(read(1000), read(6000));
  const NO_GAPS = before.scrapes?.gaps ?? [];
  const warning = { code: 'pending-leak', message: 'it leaks' };
  it.each<{ name: string; after: Partial<TargetStatus>; other: boolean; first?: Partial<TargetStatus> }>([
    { name: 'a success in time', after: { lastSuccessMs: 11_000, lastDurationMs: 9, samples: 7 }, other: false },
    { name: 'a success after a gap in which it had fallen behind', after: { lastSuccessMs: 60_000 }, other: true },
    { name: 'a failure', after: { lastError: { failure: 'refused', message: 'refused' } }, other: true },
    { name: 'a recovery', first: { lastError: { failure: 'refused', message: 'refused' } }, after: { lastSuccessMs: 11_000 }, other: true },
    { name: 'a first success', first: {}, after: { firstSuccessMs: 500 }, other: true },
    { name: 'that it was seen to start', after: { startedUnderObservation: true }, other: true },
    { name: 'scrapes without a gap', after: { scrapes: { everyMs: 5000, lastMs: 11_000, gaps: NO_GAPS } }, other: false },
    {
      name: 'a gap between scrapes',
      after: { scrapes: { everyMs: 5000, lastMs: 14_000, gaps: [{ fromMs: 6000, toMs: 14_000 }] } },
      other: true,
    },
    { name: 'a gap between statistics', after: { statistics: { everyMs: 15_000, lastMs: 11_000, gaps: [] } }, other: true },
    { name: 'a new warning', after: { warnings: [warning] }, other: true },
    { name: 'the same warning', first: { warnings: [warning] }, after: { warnings: [{ ...warning }] }, other: false },
    { name: 'another message', first: { warnings: [warning] }, after: { warnings: [{ ...warning, message: 'more' }] }, other: true },
  ])('$name', ({ first = {}, after, other }) => {
    const { lastError: _, ...healthy } = before;
    expect(saysOtherThings({ ...before, ...first }, { ...healthy, ...after })).toBe(other);
  });
});
