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

function run(check: HealthCheck): { readonly name: string; readonly ok: boolean; readonly why: string } {
  try {
    return { name: check.name, ...check.check() };
  } catch (error) {
    return { name: check.name, ok: false, why: error instanceof Error ? error.message : String(error) };
  }
}
