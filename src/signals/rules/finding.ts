// What is found about a rule when it is looked at before it serves.

export interface Finding {
  /** An error will not work; what a warning is about works, and misleads. */
  readonly level: 'error' | 'warning';
  /** A word for machines. */
  readonly code: string;
  /** What it is, and what to change. */
  readonly message: string;
}

export function error(code: string, message: string): Finding {
  return { level: 'error', code, message };
}

export function warning(code: string, message: string): Finding {
  return { level: 'warning', code, message };
}
