import { expect, it } from 'vitest';
import { KubeRefused, KubeUnreachable } from '../../../src/lib/kube/client.ts';
import { failureOf, Unfollowable } from '../../../src/lib/kube/follow-failure.ts';

it.each<[error: Error, reason: string, mayResume: boolean]>([
  [new KubeUnreachable('m'), 'connection', true],
  [new KubeUnreachable('m', { reason: 'tls' }), 'tls', true],
  [new KubeUnreachable('m', { reason: 'timeout' }), 'timeout', true],
  [new KubeUnreachable('m', { reason: 'aborted' }), 'timeout', true],
  [new KubeUnreachable('m', { reason: 'credentials' }), 'credentials', true],
  [new KubeUnreachable('m', { reason: 'too-long' }), 'too-long', false],
  [new KubeUnreachable('m', { reason: 'malformed' }), 'malformed', false],
  [new KubeRefused(400, 'm'), 'refused', false],
  [new KubeRefused(401, 'm'), 'unauthorized', true],
  [new KubeRefused(403, 'm'), 'forbidden', false],
  [new KubeRefused(404, 'm'), 'missing', false],
  [new KubeRefused(410, 'm'), 'expired', false],
  [new KubeRefused(429, 'm'), 'refused', true],
  [new KubeRefused(503, 'm'), 'refused', true],
  [new KubeRefused(504, 'm'), 'refused', false],
  [new Unfollowable('over-limit', 'm'), 'over-limit', false],
])('%o is %s, and a watch may go on: %s', (error, reason, mayResume) => {
  expect(failureOf(error)).toEqual({ reason, message: 'm', mayResume });
});

it('does not take a bug for a failure', () => {
  expect(() => failureOf(new TypeError('bug'))).toThrow('bug');
});
