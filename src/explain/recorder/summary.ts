// An answer as few numbers and one text: a single value as it was, a list as count, sum, least and most, a failure as code and words.
import type { GivenAnswer, GivenFailure } from '../../model/answer-recorder.ts';
import { podKey } from '../../model/pod.ts';
import type { SignalValue } from '../../model/signal.ts';

export interface Summary {
  /** What kind of answer it is and its HTTP code, in one number. */
  readonly shape: number;
  /** NaN where there is none, like the next ones. Of a list their sum. */
  readonly value: number;
  readonly min: number;
  readonly max: number;
  /** Time of the newest sample. */
  readonly newestMs: number;
  /** -1 for instantaneous values, and where there is none. */
  readonly windowMs: number;
  /** Pods whose contribution a value should hold; objects that a list was about. */
  readonly expected: number;
  readonly contributing: number;
  /** Names of what is missing, or why there is nothing, as JSON. */
  readonly text: string;
}

const KINDS = ['value', 'estimated value', 'list', 'failure', 'refusal'] as const;
type Kind = (typeof KINDS)[number];

function shapeOf(kind: Kind, code: number): number {
  return code * KINDS.length + KINDS.indexOf(kind);
}

/** What `shape` says. */
export function readShape(shape: number): { readonly kind: Kind; readonly code: number } {
  return { kind: KINDS[shape % KINDS.length] ?? 'failure', code: Math.floor(shape / KINDS.length) };
}

/** Named of those that are missing; how many there are is told by the counts. */
const MOST_NAMED = 20;
/** A message that names three pods and their reasons has some six hundred characters. */
const MOST_MESSAGE = 1000;

export interface Missing {
  readonly name: string;
  /** Why an object of a list has no value. */
  readonly reason?: string | undefined;
}

export interface Why {
  readonly reason: string;
  readonly message: string;
}

export function summaryOf(given: GivenAnswer): Summary {
  switch (given.kind) {
    case 'value':
      return ofValue(given.answer);
    case 'list':
      return ofList(given);
    case 'failure':
      return ofFailure(given);
  }
}

function ofValue({ value, newestMs, windowMs, coverage, estimated }: SignalValue): Summary {
  const missing: readonly Missing[] = coverage.missing.slice(0, MOST_NAMED).map(({ pod }) => ({ name: podKey(pod) }));
  return {
    shape: shapeOf(estimated ? 'estimated value' : 'value', 200),
    value,
    min: Number.NaN,
    max: Number.NaN,
    newestMs,
    windowMs: wholeMs(windowMs),
    expected: coverage.expected,
    contributing: coverage.contributing,
    text: missing.length === 0 ? '' : JSON.stringify(missing),
  };
}

/** One pass, for a list may have thousands of values: nothing is made for one that is there. */
function ofList({ objects, answers }: Extract<GivenAnswer, { kind: 'list' }>): Summary {
  const missing: Missing[] = [];
  let contributing = 0;
  let sum = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let newestMs = Number.NEGATIVE_INFINITY;
  let windowMs: number | undefined;
  for (let index = 0; index < answers.length; index += 1) {
    const answer = answers[index]?.answer;
    if (answer?.kind === 'value' && Number.isFinite(answer.value)) {
      contributing += 1;
      sum += answer.value;
      if (answer.value < min) min = answer.value;
      if (answer.value > max) max = answer.value;
      if (answer.newestMs > newestMs) newestMs = answer.newestMs;
      windowMs = answer.windowMs;
    } else if (missing.length < MOST_NAMED) {
      missing.push({ name: objects[index]?.name ?? '', reason: answer?.kind === 'absent' ? answer.reason : 'not-finite' });
    }
  }
  const isEmpty = contributing === 0;
  return {
    shape: shapeOf('list', 200),
    value: sum,
    min: isEmpty ? Number.NaN : min,
    max: isEmpty ? Number.NaN : max,
    newestMs: isEmpty ? Number.NaN : newestMs,
    windowMs: wholeMs(windowMs),
    expected: answers.length,
    contributing,
    text: missing.length === 0 ? '' : JSON.stringify(missing),
  };
}

function wholeMs(windowMs: number | undefined): number {
  return windowMs === undefined ? -1 : Math.round(windowMs);
}

function ofFailure({ code, reason, message, isRefusal }: GivenFailure): Summary {
  const why: Why = { reason, message: message.length > MOST_MESSAGE ? `${message.slice(0, MOST_MESSAGE - 1)}…` : message };
  return {
    shape: shapeOf(isRefusal ? 'refusal' : 'failure', code),
    value: Number.NaN,
    min: Number.NaN,
    max: Number.NaN,
    newestMs: Number.NaN,
    windowMs: -1,
    expected: 0,
    contributing: 0,
    text: JSON.stringify(why),
  };
}

/**
 * Equal for texts that say the same: in a message only time moves on, `failed 12 s ago`, `23 of 60 s`, and it is no other answer for that.
 * Numbers that belong to a name stay.
 */
export function sameWhateverTime(text: string): string {
  return text.replaceAll(/(?<![\w.-])\d+(?:\.\d+)?(?= (?:of \d+(?:\.\d+)? )?(?:ms|s)\b)/g, '…');
}
