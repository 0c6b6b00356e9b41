// Numbers, times and columns for people.

/** Of what is no whole number: enough to tell two values apart. */
const DIGITS = 6;

/** `-` for what is no number. */
export function numberText(value: number | null | undefined): string {
  if (value === undefined || value === null) return '-';
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(DIGITS)));
}

/** `0.4 s`, `12 s`, `4 min`; of a negative time, which clocks that disagree make, 0. */
export function secondsText(seconds: number): string {
  if (seconds >= 120) return `${Math.round(seconds / 60)} min`;
  if (seconds >= 10) return `${Math.round(seconds)} s`;
  if (seconds >= 0.1) return `${seconds.toFixed(1)} s`;
  return `${Math.max(0, Math.round(seconds * 1000))} ms`;
}

/** How long a time lies before another one. */
export function since(time: string, now: string): string {
  return secondsText((Date.parse(now) - Date.parse(time)) / 1000);
}

const MOST_WIDTH = 60;

/** Lines of columns, each as wide as its widest text; what is wider than 60 characters pushes the rest of its own line only. */
export function rowsText(rows: readonly (readonly string[])[], indent = '  '): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [at, text] of row.entries()) if (text.length <= MOST_WIDTH) widths[at] = Math.max(widths[at] ?? 0, text.length);
  }
  return (
    rows
      .map((row) =>
        `${indent}${row.map((text, at) => (at === row.length - 1 ? text : text.padEnd(widths[at] ?? 0))).join('   ')}`.trimEnd(),
      )
      .join('\n') + (rows.length > 0 ? '\n' : '')
  );
}
