import { describe, expect, it } from 'vitest';
import type { ScrapeFailure, TargetStatus } from '../../src/model/target.ts';
import { type Attempt, initialStatus, saysOtherThings, statusAfter } from '../../src/scrape/status.ts';
import { targetOf } from './support/targets.ts';

const TARGET = targetOf('a');
const WARNING = { code: 'odd', message: 'It is odd.' };

function read(sentMs: number): Attempt {
  return { sentMs, endedMs: sentMs + 20, outcome: { kind: 'read', samples: 7, warnings: [WARNING] } };
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
        upSinceMs: 1_000,
        lastDurationMs: 20,
        samples: 7,
      },
    },
    {
      name: 'keeps the start of its run of successes',
      attempts: [read(1_000), read(6_000)],
      status: {
        ...base,
        lastAttemptMs: 6_000,
        lastSuccessMs: 6_020,
        firstSuccessMs: 1_000,
        warnings: [WARNING],
        upSinceMs: 1_000,
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
        lastError: timeout,
        consecutiveFailures: 2,
        lastDurationMs: 5,
      },
    },
    {
      name: 'begins a new run when it comes back',
      attempts: [read(1_000), failure(6_000, 'timeout'), read(11_000)],
      status: {
        ...base,
        lastAttemptMs: 11_000,
        lastSuccessMs: 11_020,
        firstSuccessMs: 1_000,
        warnings: [WARNING],
        upSinceMs: 11_000,
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
      },
    },
  ])('$name', ({ attempts, status }) => {
    expect(statusOf(...attempts)).toStrictEqual(status);
  });

  it.each([
    { name: 'refused, slow, read', attempts: [failure(1, 'refused'), failure(2, 'timeout'), read(3)], observed: true },
    { name: 'slow, read', attempts: [failure(1, 'timeout'), read(2)], observed: false },
    { name: 'refused only after a success', attempts: [read(1), failure(2, 'refused'), read(3)], observed: false },
  ])('knows whether it saw the start: $name', ({ attempts, observed }) => {
    expect(statusOf(...attempts).startedUnderObservation).toBe(observed);
  });
});

describe('what others are told of', () => {
  const before = statusOf(read(1000), read(6000));
  const warning = { code: 'pending-leak', message: 'it leaks' };
  it.each<{ name: string; after: Partial<TargetStatus>; other: boolean; first?: Partial<TargetStatus> }>([
    { name: 'a success in time', after: { lastSuccessMs: 11_000, lastDurationMs: 9, samples: 7 }, other: false },
    { name: 'a success after a gap in which it had fallen behind', after: { lastSuccessMs: 60_000 }, other: true },
    { name: 'a failure', after: { lastError: { failure: 'refused', message: 'refused' } }, other: true },
    { name: 'a recovery', first: { lastError: { failure: 'refused', message: 'refused' } }, after: { lastSuccessMs: 11_000 }, other: true },
    { name: 'a first success', first: {}, after: { firstSuccessMs: 500 }, other: true },
    { name: 'that it was seen to start', after: { startedUnderObservation: true }, other: true },
    { name: 'a new warning', after: { warnings: [warning] }, other: true },
    { name: 'the same warning', first: { warnings: [warning] }, after: { warnings: [{ ...warning }] }, other: false },
    { name: 'another message', first: { warnings: [warning] }, after: { warnings: [{ ...warning, message: 'more' }] }, other: true },
  ])('$name', ({ first = {}, after, other }) => {
    const { lastError: _, ...healthy } = before;
    expect(saysOtherThings({ ...before, ...first }, { ...healthy, ...after })).toBe(other);
  });
});
