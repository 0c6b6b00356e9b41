// One question of a file in all its forms, judged: as it stands, as the middle of a range, pinned by `@` and asked at other times.
import type { QueryEngine } from '../../src/model/query-engine.ts';
import { type Answer, askAsRange, askInstant, askRange, type Refusal } from './ask.ts';
import { compareValue, type Difference, orderDifference } from './compare.ts';
import type { EvalCommand, Steps } from './format/commands.ts';
import { compareNotes } from './notes.ts';
import { type Asked, pinnedQuestions } from './pinned.ts';

export type Outcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'skipped'; readonly reason: string }
  /** `form` says how the question was put where that is not how it stands in the file. */
  | ({ readonly kind: 'failed'; readonly form: string | undefined } & Difference);

const PASSED: Outcome = { kind: 'passed' };

export function runCase(command: EvalCommand, engine: QueryEngine): Promise<Outcome> {
  const { asked } = command;
  return asked.kind === 'range' ? runRange(command, { engine, steps: asked }) : runInstant(command, { engine, timeMs: asked.timeMs });
}

async function runRange(
  command: EvalCommand,
  { engine, steps }: { readonly engine: QueryEngine; readonly steps: Steps },
): Promise<Outcome> {
  return judge(await askRange(engine, command), { command, steps, form: undefined }) ?? PASSED;
}

async function runInstant(
  command: EvalCommand,
  { engine, timeMs }: { readonly engine: QueryEngine; readonly timeMs: number },
): Promise<Outcome> {
  const { expr } = command;
  const itself = { expr, timeMs };
  for (const asked of [itself, ...pinnedQuestions(itself)]) {
    const form = asked === itself ? undefined : `asked as ${asked.expr} at ${asked.timeMs / 1000} s`;
    const outcome = await runForm(command, { engine, asked, form });
    if (outcome !== undefined) return outcome;
  }
  return PASSED;
}

interface Form {
  readonly engine: QueryEngine;
  readonly asked: Asked;
  readonly form: string | undefined;
}

async function runForm(command: EvalCommand, { engine, asked, form }: Form): Promise<Outcome | undefined> {
  const steps = command.samplesAt ?? { startMs: asked.timeMs, endMs: asked.timeMs, stepMs: 0 };
  const outcome = judge(await askInstant(engine, asked), { command, steps, form });
  if (outcome !== undefined || !hasRangeForm(command, asked)) return outcome;
  const asRange = form === undefined ? 'asked as the middle of a range' : `${form}, as the middle of a range`;
  const answer = await askAsRange(engine, asked);
  if (answer.kind === 'refusal') return judge(answer, { command, steps, form: asRange });
  if (command.expected.ordered) return undefined;
  const value = command.value.kind === 'scalar' ? scalarOf(answer) : answer.value;
  return failed(compareValue(value, { command, steps }) ?? orderDifference(answer.range ?? []), asRange);
}

/** Not for what no range has: failures, strings, range vectors, what follows from the range's own length. */
function hasRangeForm({ expected, samplesAt, value }: EvalCommand, { expr }: Asked): boolean {
  return expected.fail.length === 0 && samplesAt === undefined && value.kind !== 'string' && !expr.includes('range()');
}

function scalarOf({ value }: Answer): Answer['value'] {
  const [series, ...more] = value.kind === 'vector' ? value.series : [];
  return series === undefined || more.length > 0 || series.labels.size > 0 ? value : { kind: 'scalar', value: series.value };
}

interface Judged {
  readonly command: EvalCommand;
  readonly steps: Steps;
  readonly form: string | undefined;
}

function judge(answer: Answer | Refusal, { command, steps, form }: Judged): Outcome | undefined {
  const [failure] = command.expected.fail;
  if (answer.kind === 'refusal') {
    const reason = reasonToSkip(answer);
    if (reason !== undefined) return { kind: 'skipped', reason };
    return failed(
      failure === undefined ? { expected: 'an answer', got: `it fails: ${answer.message}` } : refusalDifference(answer, command),
      form,
    );
  }
  if (failure !== undefined) return failed({ expected: `it to fail with ${failure.says}`, got: 'an answer' }, form);
  return failed(compareNotes(answer, command.expected) ?? compareValue(answer.value, { command, steps }), form);
}

function failed(difference: Difference | undefined, form: string | undefined): Outcome | undefined {
  return difference === undefined ? undefined : { kind: 'failed', form, ...difference };
}

/** A text that cannot be read is a mistake of the file, unless it asks for just that: an engine that reads nothing must not pass. */
function refusalDifference({ failure, message }: Refusal, { expected }: EvalCommand): Difference | undefined {
  const [wanted] = expected.fail;
  const isJudged = failure !== undefined && failure !== 'unsupported' && (failure !== 'bad-expression' || wanted?.isParticular === true);
  if (isJudged && wanted?.matches(message) === true) return undefined;
  return { expected: `it to fail with ${wanted?.says}${isJudged ? '' : ' when it is evaluated'}`, got: `it fails: ${message}` };
}

const FLAG = /\bpromql-[a-z-]+\b/;
const NOT_ENABLED = /function "\w+" is not enabled|is experimental and must be enabled/;

/** What an engine does not have because Prometheus has it behind a flag only, or for native histograms only. */
function reasonToSkip({ failure, message }: Refusal): string | undefined {
  if (failure !== 'unsupported' && failure !== 'bad-expression') return undefined;
  if (NOT_ENABLED.test(message)) return 'feature flag promql-experimental-functions (run with --experimental-functions)';
  if (failure !== 'unsupported') return undefined;
  const flag = FLAG.exec(message)?.[0];
  if (flag !== undefined) return `feature flag ${flag}`;
  return /native histogram/i.test(message) ? NATIVE : undefined;
}

export const NATIVE = 'native histograms';
