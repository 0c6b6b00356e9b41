// In what our answer differs from Prometheus's.
import { numbersOf } from './bits.ts';
import type { OurAnswer, OurSeries } from './embedded.ts';
import type { Answer, Failure, Question } from './oracle.ts';

/** What may differ, relative to the larger number, where libraries of mathematics do. */
const TOLERANCE = 1e-12;
/** Go multiplies and adds in one operation, rounded once, on every other kind of processor. */
const CAN_BE_BIT_EQUAL = process.arch === 'x64';
/** What every library computes in its own way; a power that is said as a whole number is not of these. */
const TRANSCENDENTAL = /\b(?:a?(?:sin|cos|tan)h?|atan2|exp|ln|log2|log10)\b|\^(?! *-?\d+(?![\w.]))/;

export interface Difference {
  /** Which part of the answer. */
  readonly part: 'kind' | 'error' | 'labels' | 'times' | 'values' | 'order' | 'warnings' | 'infos';
  readonly text: string;
}

/** Undefined when nothing does. */
export function answerDifference(question: Question, ours: OurAnswer, theirs: Answer): Difference | undefined {
  const expr = 'instant' in question ? question.instant : question.range;
  if (theirs.error !== undefined || ours.error !== undefined) return errorDifference(ours.error, theirs.error);
  if (ours.kind !== theirs.kind) return { part: 'kind', text: `a ${ours.kind}, not a ${theirs.kind}` };
  if (ours.text !== theirs.text) return { part: 'values', text: `${JSON.stringify(ours.text)}, not ${JSON.stringify(theirs.text)}` };
  const tolerance = TRANSCENDENTAL.test(expr) || !CAN_BE_BIT_EQUAL ? TOLERANCE : 0;
  const isSame = LOGARITHM.test(expr) ? isSameLogarithm : Object.is;
  const decoded = (theirs.series ?? []).map(({ values, ...series }) => ({ ...series, values: numbersOf(values) }));
  return (
    seriesDifference(ours.series, decoded, (one, other) => isSame(one, other) || isClose(one, other, tolerance)) ??
    orderDifference(question, ours.series, decoded) ??
    textsDifference('warnings', ours.warnings, theirs.warnings ?? []) ??
    textsDifference('infos', ours.infos, theirs.infos ?? [])
  );
}

const FAILURES: Readonly<Record<Failure['kind'], readonly string[]>> = {
  parse: ['bad-expression', 'unsupported'],
  execution: ['execution', 'bad-expression'],
  timeout: ['deadline'],
  samples: ['over-limit'],
};

/** Our message may go on with a remedy, or say more; Prometheus's words are in it. */
function errorDifference(ours: OurAnswer['error'], theirs: Failure | undefined): Difference | undefined {
  if (ours === undefined) return { part: 'error', text: `an answer, not the error ${theirs?.text}` };
  if (theirs === undefined) return { part: 'error', text: `the error ${ours.kind} ${ours.text}, not an answer` };
  const words = theirs.text.replace(/^expanding series: /, '');
  if (!FAILURES[theirs.kind].includes(ours.kind)) return { part: 'error', text: `${ours.kind} ${ours.text}, not ${theirs.kind} ${words}` };
  return ours.text.includes(words) ? undefined : { part: 'error', text: `${ours.kind} ${ours.text}, not ${words}` };
}

function seriesDifference(
  ours: readonly OurSeries[],
  theirs: readonly OurSeries[],
  isEqual: (ours: number, theirs: number) => boolean,
): Difference | undefined {
  const known = new Map(ours.map((series) => [keyOf(series), series]));
  if (known.size < ours.length) return { part: 'labels', text: `a series twice: ${ours.map(keyOf).join(' ')}` };
  for (const their of theirs) {
    const key = keyOf(their);
    const our = known.get(key);
    if (our === undefined)
      return { part: 'labels', text: `${key} is missing; there are ${[...known.keys()].slice(0, 5).join(' ') || 'none'}` };
    known.delete(key);
    if (our.timesMs.join() !== their.timesMs.join()) {
      return { part: 'times', text: `${key} at ${our.timesMs.join()}, not ${their.timesMs.join()}` };
    }
    const at = their.values.findIndex((value, index) => !isEqual(our.values[index] ?? Number.NEGATIVE_INFINITY, value));
    if (at >= 0)
      return { part: 'values', text: `${key} is ${shown(our.values[at])}, not ${shown(their.values[at])} (at ${their.timesMs[at]})` };
  }
  const [extra] = known.keys();
  return extra === undefined
    ? undefined
    : { part: 'labels', text: `${extra} is too much; there are ${theirs.map(keyOf).slice(0, 5).join(' ') || 'none'}` };
}

const LOGARITHM = /^(?:ln|log2|log10)\(/;
/** Below it are the logarithms, to any base, of numbers so small that they have fewer digits: Go takes those for larger ones on x86. */
const LEAST_LOGARITHM = -307.6;

function isSameLogarithm(ours: number, theirs: number): boolean {
  const isOfTiny = (value: number): boolean => value < LEAST_LOGARITHM && Number.isFinite(value);
  return Object.is(ours, theirs) || (isOfTiny(ours) && isOfTiny(theirs));
}

function isClose(ours: number, theirs: number, tolerance: number): boolean {
  return tolerance > 0 && Math.abs(ours - theirs) <= tolerance * Math.max(Math.abs(ours), Math.abs(theirs));
}

function shown(value: number | undefined): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** Only functions that sort say in which order an instant's series come, and equal ones stand in any. */
function orderDifference(question: Question, ours: readonly OurSeries[], theirs: readonly OurSeries[]): Difference | undefined {
  if (!('instant' in question)) return undefined;
  const told = /^(?:sort(?<byLabel>_by_label)?(?:_desc)?|topk|bottomk)\b(?!.*\)\s*[^\s)])/s.exec(question.instant.trim());
  if (told === null) return undefined;
  const orderOf = (series: readonly OurSeries[]): string =>
    series.map((one) => (told.groups?.['byLabel'] === undefined ? shown(one.values[0]) : keyOf(one))).join(' ');
  return orderOf(ours) === orderOf(theirs) ? undefined : { part: 'order', text: `${orderOf(ours)}, not ${orderOf(theirs)}` };
}

/** Prometheus doubles how often it said this at every later step of a range: so counts are not compared. */
const COUNTED = /over -?\d+ samples/g;

function textsDifference(part: 'warnings' | 'infos', ours: readonly string[], theirs: readonly string[]): Difference | undefined {
  const [our, their] = [ours, theirs].map((texts) => [...texts].sort().join('\n').replace(COUNTED, 'over some samples'));
  return our === their ? undefined : { part, text: `${our || 'none'}, not ${their || 'none'}` };
}

function keyOf({ labels }: OurSeries): string {
  const { __name__: name = '', ...others } = labels;
  return `${name}{${Object.entries(others)
    .sort()
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
    .join(',')}}`;
}
