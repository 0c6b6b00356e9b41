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

type Level = Config['log']['level'];

export interface Logger extends Log {
  /** The least severity that is written from now on. */
  useLevel(level: Level): void;
}

export function createLogger(level: Level, write: (line: string) => void): Logger {
  const logger = pino(
    { level, base: null, redact: REDACTED, formatters: { level: (label) => ({ level: label }) }, timestamp: pino.stdTimeFunctions.isoTime },
    { write },
  );
  const useLevel = (next: Level): void => {
    logger.level = next;
  };
  return Object.assign(logger, { useLevel });
}
