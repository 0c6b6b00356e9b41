// What the process writes about itself: without secrets, and the last of it kept for those who are to help from afar.
import { redactLine } from '../config/redact.ts';
import { LineRing } from '../lib/line-ring.ts';

export interface LastLog {
  /** One line of the log, its end included. */
  readonly write: (line: string) => void;
  readonly lines: () => readonly string[];
}

/** Some thousand lines. */
const KEPT_CHARACTERS = 256 * 1024;

export function keepLastLog(write: (line: string) => void): LastLog {
  const ring = new LineRing(KEPT_CHARACTERS);
  return {
    write: (line) => {
      const clean = redactLine(line);
      ring.add(clean.trimEnd());
      write(clean);
    },
    lines: () => ring.lines(),
  };
}
