// Structured logs: one JSON object a line on standard error.
import { pino } from 'pino';
import type { Config } from '../config/schema.ts';
import type { Log } from '../model/log.ts';

/** Fields whose names say that they carry a secret are replaced before they are written. */
const REDACTED = [
  'password',
  'credentials',
  'authorization',
  'token',
  'key',
  '*.password',
  '*.credentials',
  '*.authorization',
  '*.token',
  '*.key',
];

export function createLogger(level: Config['log']['level'], write: (line: string) => void): Log {
  return pino(
    { level, base: null, redact: REDACTED, formatters: { level: (label) => ({ level: label }) }, timestamp: pino.stdTimeFunctions.isoTime },
    { write },
  );
}
