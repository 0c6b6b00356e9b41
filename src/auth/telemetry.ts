// What admission counts of itself.
import type { Meter } from '../model/meter.ts';

export type AuthenticationMethod = 'front-proxy' | 'client-certificate' | 'token' | 'basic' | 'none';

/** What somebody is judged by that is read and followed. */
export type AuthenticationSettings = 'delegation' | 'telemetry-client-ca' | 'telemetry-password';

export interface AuthTelemetry {
  authenticated(attempt: { readonly method: AuthenticationMethod; readonly result: 'success' | 'refused' | 'failed' }): void;
  authorized(result: 'allowed' | 'denied' | 'failed'): void;
  /** A call to the API server, its repeated tries included. */
  reviewed(review: { readonly kind: string; readonly ok: boolean; readonly seconds: number }): void;
  settingsRead(settings: AuthenticationSettings, ok: boolean): void;
}

/** From an API server beside us to the deadline of a review. */
const SECONDS_BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function authTelemetry(meter: Meter): AuthTelemetry {
  const attempts = meter.counter({
    name: 'plimsoll_authentication_attempts_total',
    help: 'Requests by how they said who asks, and whether that was believed; failed: it could not be found out.',
    labels: ['method', 'result'],
  });
  const decisions = meter.counter({
    name: 'plimsoll_authorization_decisions_total',
    help: 'Requests of authenticated users by what they may; failed: it could not be found out, and they were refused.',
    labels: ['result'],
  });
  const reviews = meter.histogram({
    name: 'plimsoll_authorization_review_seconds',
    help: 'Time that the API server took for a review that no cache answered, repeated tries included.',
    labels: ['review', 'result'],
    buckets: SECONDS_BUCKETS,
  });
  const settings = meter.gauge({
    name: 'plimsoll_authentication_settings_readable',
    help: 'Whether what requests are judged by can be read, 1 or 0: extension-apiserver-authentication or the files in its place (delegation), the authorities or the password of telemetry.',
    labels: ['settings'],
  });
  return {
    authenticated: ({ method, result }) => attempts.add(1, { method, result }),
    authorized: (result) => decisions.add(1, { result }),
    reviewed: ({ kind, ok, seconds }) => reviews.observe(seconds, { review: kind, result: ok ? 'success' : 'failed' }),
    settingsRead: (of, ok) => settings.set(ok ? 1 : 0, { settings: of }),
  };
}
