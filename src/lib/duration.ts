// Durations as Prometheus writes them: `1m30s`, `500ms`.

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const DURATION = /^(?:\d+(?:ms|s|m|h|d))+$/;
const PART = /(\d+)(ms|s|m|h|d)/g;

/** Milliseconds, or undefined when the text is no duration. */
export function parseDurationMs(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined;
  let totalMs = 0;
  for (const [, amount, unit] of text.matchAll(PART)) totalMs += Number(amount) * (UNIT_MS[unit ?? ''] ?? Number.NaN);
  return totalMs;
}

const UNITS = Object.entries(UNIT_MS).toReversed();

/** As Prometheus prints whole milliseconds: `1m30s`, `2s500ms`; of weeks and years it would print more than is ever a setting here. */
export function formatDuration(durationMs: number): string {
  if (durationMs === 0) return '0s';
  let text = '';
  let leftMs = durationMs;
  for (const [unit, unitMs] of UNITS) {
    const amount = Math.floor(leftMs / unitMs);
    if (amount > 0) text += `${amount}${unit}`;
    leftMs -= amount * unitMs;
  }
  return text;
}
