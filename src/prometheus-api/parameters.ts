// The parameters of a question, with the checks and the words that Prometheus has for each.
import type { Matcher } from '../model/matcher.ts';
import { QueryError } from '../model/query-engine.ts';
import { parseMatchers } from '../promql/syntax/parse-selector.ts';
import { ApiFailure, invalidParameter, toldOf } from './failure.ts';
import { parseInteger } from './numbers.ts';
import { MAX_TIME_MS, MIN_TIME_MS, parseDuration, parseTime } from './times.ts';

/** Selectors of one question: nobody writes more by hand. */
const MOST_SELECTORS = 100;

export class Parameters {
  readonly #given: URLSearchParams;

  /** Of several values of one name the first counts. */
  constructor(given: URLSearchParams) {
    this.#given = given;
  }

  /** Empty where it is not given, which means the same. */
  text(name: string): string {
    return this.#given.get(name) ?? '';
  }

  all(name: string): readonly string[] {
    return this.#given.getAll(name);
  }

  /** How many results at most; undefined for all, which 0 means too. */
  limit(): number | undefined {
    const text = this.text('limit');
    if (text === '') return undefined;
    const limit = parseInteger(text);
    if (typeof limit === 'string') throw invalidParameter('limit', limit);
    if (limit < 0) throw invalidParameter('limit', 'limit must be non-negative');
    return limit === 0 ? undefined : limit;
  }

  /** Of parameters that say "as many as there are" by a number below zero, or none. */
  count(name: string): number | undefined {
    const text = this.text(name);
    if (text === '') return undefined;
    const count = parseInteger(text);
    if (typeof count === 'string') throw new ApiFailure('bad_data', `${name} must be a number`);
    return count < 0 ? undefined : count;
  }

  requiredTime(name: string): number {
    const time = parseTime(this.text(name));
    if (typeof time === 'number') return time;
    throw invalidParameter(name, time.problem);
  }

  timeOr(name: string, otherwiseMs: number): number {
    if (this.text(name) === '') return otherwiseMs;
    const time = parseTime(this.text(name));
    if (typeof time === 'number') return time;
    throw invalidParameter(name, `invalid time value for '${name}': ${time.problem}`);
  }

  /** From `start` to `end`, all of time where they are not given. */
  span(): { readonly startMs: number; readonly endMs: number } {
    return { startMs: this.timeOr('start', MIN_TIME_MS), endMs: this.timeOr('end', MAX_TIME_MS) };
  }

  requiredDuration(name: string): number {
    const durationMs = parseDuration(this.text(name));
    if (typeof durationMs === 'number') return durationMs;
    throw invalidParameter(name, durationMs.problem);
  }

  /** Milliseconds; undefined where it is not given. */
  duration(name: string): number | undefined {
    return this.text(name) === '' ? undefined : this.requiredDuration(name);
  }

  /** Undefined where none is asked for, which 0 does too. */
  lookbackMs(): number | undefined {
    const text = this.text('lookback_delta');
    if (text === '') return undefined;
    const durationMs = parseDuration(text);
    if (typeof durationMs !== 'number') {
      throw new ApiFailure('bad_data', `error parsing lookback delta duration: ${durationMs.problem}`);
    }
    return durationMs > 0 ? durationMs : undefined;
  }

  /** Each value of `match[]`; every one has to ask for something. */
  matcherSets(): readonly (readonly Matcher[])[] {
    const texts = this.all('match[]');
    if (texts.length > MOST_SELECTORS) {
      const advice = `one question has at most ${MOST_SELECTORS}; join them with a regular expression`;
      throw new ApiFailure('bad_data', `cannot read ${texts.length} values of match[]: ${advice}`);
    }
    return texts.map((text) => toldOf('match[]', () => matchersOf(text)));
  }
}

/** A selector that asks for nothing is no mistake of its text in Prometheus, but one of the parameter. */
function matchersOf(text: string): readonly Matcher[] {
  try {
    return parseMatchers(text);
  } catch (error) {
    const asksNothing = error instanceof QueryError && error.message.endsWith('must contain at least one non-empty matcher');
    throw asksNothing ? new QueryError(error.failure, 'match[] must contain at least one non-empty matcher', { cause: error }) : error;
  }
}
