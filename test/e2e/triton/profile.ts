// How long the suite takes: short by default, and with E2E_FULL=1 on the defaults that are shipped.

export interface Profile {
  readonly intervalMs: number;
  /** Longest wait for one scrape. */
  readonly timeoutMs: number;
  readonly windowMs: number;
  /** What the configuration file says of them. */
  readonly settings: object;
}

const SHORT: Profile = {
  intervalMs: 1000,
  timeoutMs: 500,
  windowMs: 15_000,
  settings: { scrape: { interval: '1s' }, signals: { window: '15s' } },
};

/** Says nothing in the file, so that these numbers are checked against the defaults. */
const FULL: Profile = { intervalMs: 5000, timeoutMs: 2500, windowMs: 60_000, settings: {} };

export function isFull(env: NodeJS.ProcessEnv): boolean {
  return env['E2E_FULL'] === '1';
}

export function profileOf(env: NodeJS.ProcessEnv): Profile {
  return isFull(env) ? FULL : SHORT;
}
