// What one benchmark says: rows of the table, sent to the process that prints it.

/** One line of the table. */
export interface BenchRow {
  readonly work: string;
  readonly measured: string;
  /** What it is compared with, measured in the same run; empty where there is nothing. */
  readonly reference: string;
  readonly reach: string;
  /** `failed`: what was measured is not what was meant. */
  readonly verdict: 'reached' | 'missed' | 'failed' | 'skipped' | 'for information';
}

/** Sends a row to the runner; a benchmark started by itself prints it. */
export function report(row: BenchRow): void {
  if (process.send !== undefined) process.send(row);
  else process.stdout.write(`${JSON.stringify(row)}\n`);
}

export function verdictOf(isReached: boolean): BenchRow['verdict'] {
  return isReached ? 'reached' : 'missed';
}
