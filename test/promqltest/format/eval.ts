// `eval …` with the lines under it: a question, and what should come of it.
import { type EvalCommand, type ExpectedValue, FormatError, type SeriesLine, type Steps } from './commands.ts';
import { type ExpectationLines, exactly, expectationLines, like } from './expect.ts';
import { durationMsOf, numberLineOf } from './numbers.ts';
import { parseSeriesLine } from './series.ts';
import { textOf } from './strings.ts';

const INSTANT = /^eval(?:_(?<mode>fail|warn|ordered|info))?\s+instant\s+at\s+(?<at>.+?)\s+(?<expr>.+)$/;
const RANGE = /^eval(?:_(?<mode>fail|warn|info))?\s+range\s+from\s+(?<from>.+)\s+to\s+(?<to>.+)\s+step\s+(?<step>.+?)\s+(?<expr>.+)$/;
const SAMPLES_AT = /^expect range vector\s+from\s+(?<from>.+)\s+to\s+(?<to>.+)\s+step\s+(?<step>.+)$/;
const FAILURE = /^expected_fail_(?<by>message|regexp)\s*(?<says>.*)$/;

/** The lines of a block, the first of them the command's own; `line` is its number. Says how many of them it took. */
export function parseEval(block: readonly string[], line: number): { readonly command: EvalCommand; readonly taken: number } {
  const text = block[0] ?? '';
  const question = at(line, () => parseQuestion(text));
  const under = new Under(question);
  let taken = 1;
  while (taken < block.length && !under.isComplete) {
    const next = block[taken] ?? '';
    at(line + taken, () => under.read(next));
    taken += 1;
  }
  const { expr, asked } = question;
  const { samplesAt, value } = under;
  // A range vector is asked at the end of what it should hold, whatever the first line says.
  const moved = asked.kind === 'instant' && samplesAt !== undefined ? { ...asked, timeMs: samplesAt.endMs } : asked;
  return { command: { kind: 'eval', line, text, expr, asked: moved, samplesAt, expected: question.lines.expected, value }, taken };
}

type Question = Pick<EvalCommand, 'expr' | 'asked'> & { readonly mode: string | undefined; readonly lines: ExpectationLines };

function parseQuestion(text: string): Question {
  const instant = INSTANT.exec(text)?.groups;
  const range = RANGE.exec(text)?.groups;
  const found = instant ?? range;
  if (found === undefined) {
    throw new Error(
      `expected "eval instant at TIME EXPR" or "eval range from TIME to TIME step DURATION EXPR" (eval_fail, eval_warn, eval_info, eval_ordered), got ${JSON.stringify(text)}`,
    );
  }
  const mode = found['mode'];
  const question = { expr: found['expr'] ?? '', mode, lines: expectationLines(mode) };
  if (instant !== undefined) return { ...question, asked: { kind: 'instant', timeMs: duration(instant['at']) } };
  return { ...question, asked: { kind: 'range', ...parseSteps(found) } };
}

function parseSteps({ from, to, step }: Readonly<Record<string, string | undefined>>): Steps {
  const steps = { startMs: duration(from), endMs: duration(to), stepMs: duration(step) };
  if (steps.endMs < steps.startMs) throw new Error(`expected an end that is not before the start, got from ${from} to ${to}`);
  return steps;
}

function duration(text = ''): number {
  const durationMs = durationMsOf(text);
  if (durationMs === undefined) throw new Error(`expected a time such as 1h30m, got ${JSON.stringify(text)}`);
  return durationMs;
}

/** What stands under a question. */
class Under {
  isComplete = false;
  samplesAt: Steps | undefined;
  readonly #question: Question;
  readonly #series: SeriesLine[] = [];
  #single: ExpectedValue | undefined;

  constructor(question: Question) {
    this.#question = question;
  }

  get value(): ExpectedValue {
    return this.#single ?? { kind: 'series', series: this.#series };
  }

  read(line: string): void {
    const { mode, lines } = this.#question;
    const number = numberLineOf(line);
    if (mode === 'fail' && FAILURE.test(line)) this.#readFailure(line);
    else if (/^expect range vector/.test(line)) this.#readSamplesAt(line);
    else if (/^expect string/.test(line)) this.#single = { kind: 'string', value: parseString(line) };
    else if (/^expect( |$)/.test(line)) lines.add(line);
    else if (number === undefined) this.#readSeries(line);
    else {
      this.#single = { kind: 'scalar', value: number };
      this.isComplete = true;
    }
  }

  #readFailure(line: string): void {
    const { by, says = '' } = FAILURE.exec(line)?.groups ?? {};
    this.#question.lines.failsWith(by === 'message' ? exactly(says.trim()) : like(says.trim()));
    this.isComplete = true;
  }

  #readSamplesAt(line: string): void {
    const groups = SAMPLES_AT.exec(line)?.groups;
    if (groups === undefined)
      throw new Error(`expected "expect range vector from TIME to TIME step DURATION", got ${JSON.stringify(line)}`);
    this.samplesAt = parseSteps(groups);
  }

  #readSeries(line: string): void {
    const series = parseSeriesLine(line);
    const isInstant = this.#question.asked.kind === 'instant' && this.samplesAt === undefined;
    if (isInstant && series.points.length !== 1) {
      const remedy = series.points.length === 0 ? 'say it' : 'put "expect range vector from … to … step …" before it for a range vector';
      throw new Error(`expected one value of a series at an instant, got ${series.points.length}; ${remedy}`);
    }
    this.#series.push(series);
  }
}

/** In double quotes or backticks. */
function parseString(line: string): string {
  const quoted = line.slice('expect string'.length).trim();
  const text = quoted.startsWith("'") ? undefined : textOf(quoted);
  if (text === undefined) throw new Error(`expected a string in double quotes or backticks, got ${JSON.stringify(quoted)}`);
  return text;
}

/** What `read` throws is a mistake of that line. */
export function at<T>(line: number, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw cause instanceof FormatError ? cause : new FormatError(line, cause instanceof Error ? cause.message : String(cause));
  }
}
