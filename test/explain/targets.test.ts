import { expect, it } from 'vitest';
import { targetDocument } from '../../src/explain/targets.ts';
import { failed, NOW_MS, status, unread } from '../signals/support.ts';

const TARGET = status('a', { pod: 'p', lastDurationMs: 250 });

it.each([
  { state: 'up', of: TARGET, atMs: NOW_MS },
  { state: 'late', of: TARGET, atMs: NOW_MS + 60_000 },
  { state: 'down', of: failed(TARGET), atMs: NOW_MS },
  { state: 'unread', of: unread(TARGET), atMs: NOW_MS },
])('is $state', ({ state, of, atMs }) => {
  expect(targetDocument(of, atMs).state).toBe(state);
});

it('has times, error and warnings', () => {
  const warnings = [{ code: 'c', message: 'm' }];
  expect(targetDocument({ ...failed(TARGET), warnings }, NOW_MS)).toEqual({
    id: 'a',
    instance: 'a:8002',
    job: 'job',
    source: 'triton',
    url: 'http://a/metrics',
    state: 'down',
    lastScrape: new Date(NOW_MS - 12_000).toISOString(),
    lastSuccess: new Date(NOW_MS - 17_000).toISOString(),
    durationSeconds: 0.25,
    intervalSeconds: 5,
    samples: 10,
    consecutiveFailures: 1,
    error: { failure: 'refused', message: 'connection refused; is the server up?' },
    warnings,
  });
  const { lastScrape, lastSuccess, durationSeconds } = targetDocument(unread(TARGET), NOW_MS);
  expect([lastScrape, lastSuccess, durationSeconds]).toEqual([undefined, undefined, undefined]);
});
