// A moment as people write it on a command line.
import { quote } from '../../lib/quote.ts';
import { usageError } from '../command.ts';

const DAY_MS = 86_400_000;
const TIME_OF_DAY = /^(?<hours>[01]\d|2[0-3]):(?<minutes>[0-5]\d)(?::(?<seconds>[0-5]\d))?$/;
const DATE_AND_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

/** In ISO 8601; a time of day is the last such time before `nowMs`, in UTC. Throws a UserError (exit code 2) for what is no moment. */
export function momentOf(text: string, nowMs: number): string {
  const ofDay = TIME_OF_DAY.exec(text)?.groups;
  if (ofDay !== undefined) {
    const { hours, minutes, seconds = '0' } = ofDay;
    const todayMs = nowMs - (nowMs % DAY_MS) + (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
    return written(todayMs > nowMs ? todayMs - DAY_MS : todayMs);
  }
  // Without a zone JavaScript takes the machine's own.
  const zoned = /(?:Z|[+-]\d{2}:\d{2})$/.test(text) ? text : `${text}Z`;
  const timeMs = DATE_AND_TIME.test(text) ? Date.parse(zoned) : Number.NaN;
  if (Number.isNaN(timeMs)) throw usageError('explain', `--at is ${quote(text)}; expected a time such as 2026-03-01T03:12:00Z, or 03:12`);
  return written(timeMs);
}

/** A whole second without its thousandths: it is then asked about as a whole. */
function written(timeMs: number): string {
  return new Date(timeMs).toISOString().replace('.000Z', 'Z');
}
