import { describe, expect, it } from 'vitest';
import type { ScrapeFailure, TargetStatus } from '../../src/model/target.ts';
import { type Attempt, initialStatus, statusAfter } from '../../src/scrape/status.ts';
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
