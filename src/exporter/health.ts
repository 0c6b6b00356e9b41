// Health as kubelet and people ask for it.

export interface HealthCheck {
  readonly name: string;
  /** At once and without side effects; `why` says what is the matter, or what is well. */
  check(): { readonly ok: boolean; readonly why: string };
}

export interface HealthReport {
  readonly code: 200 | 503;
  readonly body: string;
}

/** `ok`, or every check with its reason when one fails or `isVerbose` is asked. A check that throws has failed. */
export function reportHealth(checks: readonly HealthCheck[], { isVerbose }: { readonly isVerbose: boolean }): HealthReport {
  const results = checks.map(run);
  const isWell = results.every(({ ok }) => ok);
  if (isWell && !isVerbose) return { code: 200, body: 'ok\n' };
  const lines = results.map(({ name, ok, why }) => `[${ok ? '+' : '-'}] ${name}: ${why}\n`);
  return { code: isWell ? 200 : 503, body: `${lines.join('')}${isWell ? 'ok' : 'failed'}\n` };
}

export interface HealthChecks {
  /** What must hold for the process to be left running. */
  readonly live: readonly HealthCheck[];
  /** What must hold for it to be asked. */
  readonly ready: readonly HealthCheck[];
}

/** The report at /livez, /readyz or /healthz, the query included (`?verbose`); undefined at every other path. */
export function healthAt(target: string, { live, ready }: HealthChecks): HealthReport | undefined {
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  const checks = path === '/readyz' ? ready : path === '/livez' || path === '/healthz' ? live : undefined;
  return checks && reportHealth(checks, { isVerbose: mark !== -1 && new URLSearchParams(target.slice(mark + 1)).has('verbose') });
}

function run(check: HealthCheck): { readonly name: string; readonly ok: boolean; readonly why: string } {
  try {
    return { name: check.name, ...check.check() };
  } catch (error) {
    return { name: check.name, ok: false, why: error instanceof Error ? error.message : String(error) };
  }
}
