// What the flight recorder finds: runs of answers by what was asked and when.
import { type KnownQuestion, readQuestion } from './question.ts';
import type { Runs } from './runs.ts';
import { type Missing, readShape, type Why } from './summary.ts';
import type { TextId } from './texts.ts';

export interface AnswerSearch {
  /** Undefined for all; of external metrics in whatever case. */
  readonly metric?: string | undefined;
  readonly namespace?: string | undefined;
  /** `deployments.apps/triton`, `pods/*`. */
  readonly object?: string | undefined;
  /** Of each question the answer in force then: the last one given at this time or before it. */
  readonly atMs?: number | undefined;
  /** Answers given at this time or later. */
  readonly fromMs?: number | undefined;
  /** Answers given at this time or before. */
  readonly toMs?: number | undefined;
  /** Most runs. */
  readonly limit: number;
}

export interface FoundAnswers {
  /** The newest first. */
  readonly runs: readonly AnswerRun[];
  /** There are more than the limit. */
  readonly isCut: boolean;
}

/** Equal answers one after another. */
export interface AnswerRun {
  readonly firstMs: number;
  readonly lastMs: number;
  readonly count: number;
  readonly user: string;
  readonly question: KnownQuestion;
  readonly code: number;
  readonly said: SaidValue | SaidList | SaidFailure;
}

export interface SaidValue {
  readonly kind: 'value';
  readonly value: number;
  /** Of the last answer of the run. */
  readonly newestMs: number;
  /** Undefined for instantaneous values. */
  readonly windowMs: number | undefined;
  readonly expected: number;
  readonly contributing: number;
  readonly estimated: boolean;
  /** The first of them. */
  readonly missing: readonly Missing[];
}

export interface SaidList {
  readonly kind: 'list';
  /** Objects asked about. */
  readonly objects: number;
  /** Those that have a value; without any there is nothing below. */
  readonly values: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly newestMs: number;
  readonly windowMs: number | undefined;
  readonly missing: readonly Missing[];
}

export interface SaidFailure extends Why {
  readonly kind: 'failure';
}

export interface Records {
  readonly runs: Runs;
  readonly textOf: (id: TextId) => string;
}

/** Looks at every record in the worst case: some milliseconds for as many as 32 MiB hold. */
export function findAnswers({ atMs, fromMs, toMs, limit, ...wanted }: AnswerSearch, { runs, textOf }: Records): FoundAnswers {
  const found: AnswerRun[] = [];
  const questions = new WantedQuestions(wanted, textOf);
  const answered = new Set<string>();
  const latestMs = atMs ?? toMs ?? Number.POSITIVE_INFINITY;
  for (let run = runs.next - 1; run >= runs.oldest; run -= 1) {
    if (runs.float(run, 'firstMs') > latestMs) continue;
    if (fromMs !== undefined && runs.float(run, 'lastMs') < fromMs) continue;
    const question = questions.of(runs.int(run, 'question'));
    if (question === undefined) continue;
    if (atMs !== undefined) {
      const key = `${runs.int(run, 'question')}/${runs.int(run, 'user')}`;
      if (answered.has(key)) continue;
      answered.add(key);
    }
    if (found.length === limit) return { runs: found, isCut: true };
    found.push(readRun(run, { question, runs, textOf }));
  }
  return { runs: found, isCut: false };
}

/** Each question is read once, however many answers it has. */
class WantedQuestions {
  readonly #wanted: Pick<AnswerSearch, 'metric' | 'namespace' | 'object'>;
  readonly #textOf: Records['textOf'];
  readonly #known = new Map<TextId, KnownQuestion | undefined>();

  constructor(wanted: Pick<AnswerSearch, 'metric' | 'namespace' | 'object'>, textOf: Records['textOf']) {
    this.#wanted = wanted;
    this.#textOf = textOf;
  }

  /** Undefined for one that is not wanted. */
  of(id: TextId): KnownQuestion | undefined {
    if (!this.#known.has(id)) {
      const question = readQuestion(this.#textOf(id));
      this.#known.set(id, this.#isWanted(question) ? question : undefined);
    }
    return this.#known.get(id);
  }

  #isWanted(question: KnownQuestion): boolean {
    const { metric, namespace, object } = this.#wanted;
    return (
      (metric === undefined || isCalled(question, metric)) &&
      (namespace === undefined || question.namespace === namespace) &&
      (object === undefined || question.object === object)
    );
  }
}

function isCalled({ api, metric }: KnownQuestion, wanted: string): boolean {
  return metric === wanted || (api === 'external' && metric.toLowerCase() === wanted.toLowerCase());
}

function readRun(run: number, { question, runs, textOf }: Records & { readonly question: KnownQuestion }): AnswerRun {
  const { kind, code } = readShape(runs.int(run, 'shape'));
  const text = textOf(runs.int(run, 'text'));
  const common = {
    firstMs: runs.float(run, 'firstMs'),
    lastMs: runs.float(run, 'lastMs'),
    count: runs.int(run, 'count'),
    user: textOf(runs.int(run, 'user')),
    question,
    code,
  };
  if (kind === 'failure' || kind === 'refusal') {
    const why: Why = JSON.parse(text);
    return { ...common, said: { kind: 'failure', ...why } };
  }
  const missing: readonly Missing[] = text === '' ? [] : JSON.parse(text);
  const windowMs = runs.int(run, 'windowMs');
  const sampled = { newestMs: runs.float(run, 'newestMs'), windowMs: windowMs === -1 ? undefined : windowMs, missing };
  const [value, expected, contributing] = [runs.float(run, 'value'), runs.int(run, 'expected'), runs.int(run, 'contributing')];
  if (kind === 'list') {
    const { min, max } = { min: runs.float(run, 'min'), max: runs.float(run, 'max') };
    return { ...common, said: { kind: 'list', objects: expected, values: contributing, sum: value, min, max, ...sampled } };
  }
  return { ...common, said: { kind: 'value', value, expected, contributing, estimated: kind === 'estimated value', ...sampled } };
}
