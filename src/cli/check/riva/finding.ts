// What a check says about a configuration of Riva.

export interface Finding {
  /** `error`: clients will be refused, or it is less secure than it looks. */
  readonly level: 'error' | 'warning' | 'note';
  /** Of the script; undefined where no line is to blame. */
  readonly line?: number | undefined;
  readonly message: string;
}

export function error(message: string): Finding {
  return { level: 'error', message };
}

export function warning(message: string): Finding {
  return { level: 'warning', message };
}

export function note(message: string): Finding {
  return { level: 'note', message };
}
