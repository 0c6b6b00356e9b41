// A log that is kept: `level message` and the fields of every line.
import type { Log } from '../../../src/model/log.ts';

export interface Logged {
  readonly said: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export function recordingLog(lines: Logged[]): Log {
  const at =
    (level: string): Log['info'] =>
    (fields, message) =>
      void lines.push({ said: `${level} ${message}`, fields });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
