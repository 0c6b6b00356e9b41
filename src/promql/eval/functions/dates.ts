// Parts of dates in UTC, of times in seconds since 1970, in the calendar of today for all times.
// Whole seconds are what a 64-bit integer holds, and what it does not hold becomes its lowest number, as on amd64.
import { unlabelled } from '../labels/series-list.ts';
import type { Step } from '../step.ts';
import { NO_SAMPLE, type Vector } from '../vector.ts';
import type { FunctionBuild } from './call.ts';
import { mapVector } from './map.ts';

const DAY_SECONDS = 86_400;
const LOWEST_INTEGER = -(2 ** 63);
/** Go counts from March 292277022400 BC; what lies before comes out as 2^64 seconds later. */
const FIRST_SECOND = -9_223_372_028_741_760_000n;
const INTEGERS = 2n ** 64n;
/** 400 years repeat. */
const ERA_DAYS = 146_097;
const ERA_YEARS = 400;
/** From 1 March of the year 0, where an era begins, to 1970. */
const DAYS_TO_1970 = 719_468;

interface Moment {
  /** Since 1970-01-01. */
  readonly days: number;
  readonly secondOfDay: number;
}

interface CalendarDay {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

/** By the names of the functions. */
const PARTS: Readonly<Record<string, (moment: Moment) => number>> = {
  day_of_month: ({ days }) => calendarDay(days).day,
  // 1970 began on a Thursday; Sunday is 0.
  day_of_week: ({ days }) => modulo(days + 4, 7),
  day_of_year: ({ days }) => days - firstDayOf(calendarDay(days).year) + 1,
  days_in_month: ({ days }) => daysInMonth(calendarDay(days)),
  hour: ({ secondOfDay }) => Math.floor(secondOfDay / 3600),
  minute: ({ secondOfDay }) => Math.floor(secondOfDay / 60) % 60,
  month: ({ days }) => calendarDay(days).month,
  year: ({ days }) => calendarDay(days).year,
};

/** Of each value, or of the instant asked about where there is no argument. */
export const DATES: Readonly<Record<string, FunctionBuild>> = Object.fromEntries(
  Object.entries(PARTS).map(([name, part]): [string, FunctionBuild] => {
    const ofSeconds = (seconds: number): number => part(momentOf(seconds));
    return [name, (args, context) => (args.length === 0 ? atInstant(ofSeconds) : mapVector(ofSeconds)(args, context))];
  }),
);

function atInstant(ofSeconds: (seconds: number) => number): Step {
  const list = unlabelled();
  const vectorAt = (timeMs: number): Vector => ({
    list,
    values: Float64Array.of(ofSeconds(timeMs / 1000)),
    newestMs: Float64Array.of(NO_SAMPLE),
  });
  return { type: 'vector', run: ({ timeMs }) => vectorAt(timeMs) };
}

function momentOf(value: number): Moment {
  const isInteger64 = value >= LOWEST_INTEGER && value < -LOWEST_INTEGER;
  const seconds = isInteger64 ? Math.trunc(value) : LOWEST_INTEGER;
  if (seconds < Number(FIRST_SECOND)) return wrapped(BigInt(seconds) + INTEGERS);
  const secondOfDay = modulo(seconds, DAY_SECONDS);
  // Beyond 2^53 the difference is not exact, and not half a day off.
  return { days: Math.round((seconds - secondOfDay) / DAY_SECONDS), secondOfDay };
}

function wrapped(seconds: bigint): Moment {
  const day = BigInt(DAY_SECONDS);
  return { days: Number(seconds / day), secondOfDay: Number(seconds % day) };
}

/** In years that begin in March, so that the leap day is the last of one. */
function calendarDay(days: number): CalendarDay {
  const sinceMarch0 = days + DAYS_TO_1970;
  const era = Math.floor(sinceMarch0 / ERA_DAYS);
  const dayOfEra = sinceMarch0 - era * ERA_DAYS;
  // Days without the leap days: every 1460 but not every 36524, and then the era's last.
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / (ERA_DAYS - 1))) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  // Five months have 153 days, from March on.
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = era * ERA_YEARS + yearOfEra + (month <= 2 ? 1 : 0);
  return { year, month, day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1 };
}

/** Since 1970: 1 January of a year. */
function firstDayOf(year: number): number {
  const before = year - 1;
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / ERA_YEARS);
  // 306 days lie between 1 March of the year 0 and the next 1 January.
  return before * 365 + leapDays + 306 - DAYS_TO_1970;
}

function daysInMonth({ year, month }: CalendarDay): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % ERA_YEARS === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Between 0 and `by`, exactly, for negative numbers too. */
function modulo(value: number, by: number): number {
  const rest = value % by;
  return rest < 0 ? rest + by : rest + 0;
}
