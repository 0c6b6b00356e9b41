// The smallest question over the smallest samples of which both engines still say different things, in the same part of the answer.
import type { Difference } from './answer-difference.ts';
import { askBoth } from './both.ts';
import { embeddedOver } from './embedded.ts';
import type { Answer, Oracle, Question, RangeQuestion, Tree } from './oracle.ts';
import type { DataSet, SeriesData } from './samples/data-set.ts';

export interface Case {
  readonly question: Question;
  readonly data: DataSet;
}

export interface Counterexample extends Case {
  readonly difference: Difference;
  readonly answer: Answer;
}

/** Enough for any that was met; each takes a millisecond or two, where samples are many a tenth of a second. */
const MOST_TRIES = 600;
const MOST_MS = 8000;

/** Leaves the oracle with the samples of the result. */
export async function shrink(found: Counterexample, oracle: Oracle): Promise<Counterexample> {
  let best = found;
  let tries = 0;
  const startedMs = performance.now();
  const isOver = (): boolean => tries >= MOST_TRIES || performance.now() - startedMs >= MOST_MS;
  await oracle.load(found.data);
  let held = { data: found.data, embedded: embeddedOver(found.data) };
  const isDifferent = async ({ question, data }: Case): Promise<boolean> => {
    tries += 1;
    if (held.data !== data) {
      await oracle.load(data);
      held = { data, embedded: embeddedOver(data) };
    }
    const verdict = await askBoth(question, { oracle, embedded: held.embedded });
    if (verdict.kind !== 'different' || keyOf(verdict) !== keyOf(found)) return false;
    best = { question, data, difference: verdict.difference, answer: verdict.answer };
    return true;
  };
  for (let hasShrunk = true; hasShrunk && !isOver(); ) {
    hasShrunk = false;
    for await (const candidate of smaller(best, oracle)) {
      if (isOver()) break;
      if (!(await isDifferent(candidate))) continue;
      hasShrunk = true;
      break;
    }
  }
  await oracle.load(best.data);
  return best;
}

/** What must stay for it to be the same difference. */
function keyOf({ difference: { part }, answer }: { readonly difference: Difference; readonly answer: Answer }): string {
  return `${part} ${answer.error === undefined}`;
}

/** Of more it is quicker to leave out what is not asked for. */
const MANY_SERIES = 100;

async function* smaller({ question, data }: Case, oracle: Oracle): AsyncGenerator<Case> {
  if (data.length > MANY_SERIES) for (const fewer of withLess(data)) yield { question, data: fewer };
  for (const expr of await smallerExpressions(question, oracle)) yield { question: withExpression(question, expr), data };
  for (const simpler of smallerRanges(question)) yield { question: simpler, data };
  for (const fewer of withLess(data)) yield { question, data: fewer };
  for (const [at, series] of data.entries()) {
    for (const shorter of shorterSeries(series)) yield { question, data: data.with(at, shorter) };
  }
}

function expressionOf(question: Question): string {
  return 'instant' in question ? question.instant : question.range;
}

export function withExpression(question: Question, expr: string): Question {
  return 'instant' in question ? { ...question, instant: expr } : { ...question, range: expr };
}

/** Parts of it instead of the whole, and of each part something inside it: the shortest first. */
async function smallerExpressions(question: Question, oracle: Oracle): Promise<readonly string[]> {
  const expr = expressionOf(question);
  const { tree } = await oracle.parse(expr, question);
  if (tree === undefined) return [];
  const bytes = Buffer.from(expr);
  const textOf = ({ at, end }: Tree): string => bytes.subarray(Number(at), Number(end)).toString();
  const found = new Set<string>();
  for (const node of nodesOf(tree)) {
    const [before, after] = [bytes.subarray(0, Number(node['at'])), bytes.subarray(Number(node['end']))];
    const inside = nodesOf(node).slice(1).map(textOf);
    for (const part of [...inside, ...simplified(textOf(node))]) found.add(`${before}${part}${after}`);
  }
  return [...found].filter((text) => text.length < expr.length).sort((a, b) => a.length - b.length);
}

/** A selector without its conditions, its offset, or the moment it is fixed to. */
function simplified(text: string): readonly string[] {
  return [
    text.replace(/\{[^}]*\}/, ''),
    text.replace(/ offset -?\w+/, ''),
    text.replace(/ @ (?:start\(\)|end\(\)|[\d.]+)/, ''),
    text.replace(/ by \([^)]*\)/, ''),
  ];
}

function nodesOf(tree: Tree): readonly Tree[] {
  const children = Object.values(tree).flatMap((value) => (Array.isArray(value) ? value : [value]));
  return [tree, ...children.filter(isTree).flatMap(nodesOf)];
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && 'kind' in value && 'at' in value;
}

/** An instant instead of a range, or fewer steps. */
function smallerRanges(question: Question): readonly Question[] {
  if ('instant' in question) return [];
  const { range, startMs, endMs, stepMs, ...settings } = question;
  const steps = Math.floor((endMs - startMs) / stepMs);
  const instants = [endMs, startMs].map((timeMs) => ({ instant: range, timeMs, ...settings }));
  const shorter: RangeQuestion[] =
    steps === 0
      ? []
      : [
          { ...question, startMs: startMs + stepMs },
          { ...question, endMs: endMs - stepMs },
        ];
  return [...instants, ...shorter];
}

/** Without a half, a quarter … of it, down to one. */
function* withLess<Item>(all: readonly Item[]): Generator<readonly Item[]> {
  for (let size = Math.ceil(all.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < all.length; at += size) yield [...all.slice(0, at), ...all.slice(at + size)];
  }
}

function* shorterSeries(series: SeriesData): Generator<SeriesData> {
  for (const kept of withLess([...series.timesMs.keys()])) {
    const picked = <Value>(values: readonly Value[]): Value[] => kept.flatMap((at) => values.slice(at, at + 1));
    yield { ...series, timesMs: picked(series.timesMs), values: picked(series.values) };
  }
  for (const [at, value] of series.values.entries()) {
    if (value.length > 2 && value !== 'stale' && value !== 'NaN') yield { ...series, values: series.values.with(at, '1') };
  }
}
