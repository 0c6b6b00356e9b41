// Questions of which the engines once said different things, with what Prometheus says: one a line of a file.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { askBoth } from './both.ts';
import { embeddedOver } from './embedded.ts';
import type { Answer, Oracle, Question } from './oracle.ts';
import type { DataSet } from './samples/data-set.ts';
import type { Counterexample } from './shrink.ts';
import { questionText } from './tell.ts';

const FILE = fileURLToPath(new URL('./regressions.jsonl', import.meta.url));
/** What is larger was not shrunk, and says nothing to a person. */
const MOST_CHARACTERS = 4000;

export interface Regression {
  readonly question: Question;
  readonly data: DataSet;
  /** Prometheus's. */
  readonly answer: Answer;
}

/** With their questions as texts. */
export function readRegressions(): readonly (readonly [string, Regression])[] {
  const lines = existsSync(FILE) ? readFileSync(FILE, 'utf8').split('\n').filter(Boolean) : [];
  return lines.map((line) => JSON.parse(line) as Regression).map((regression) => [questionText(regression.question), regression]);
}

/** Unless the question is known already. */
export function addRegression({ question, data, answer }: Counterexample): void {
  const line = JSON.stringify({ question, data, answer } satisfies Regression);
  const isKnown = readRegressions().some(([text]) => text === questionText(question));
  if (!isKnown && line.length <= MOST_CHARACTERS) appendFileSync(FILE, `${line}\n`);
}

/** Asks Prometheus again, so that a recorded answer that is wrong is found too. */
export async function askRegressions({
  oracle,
  found,
}: {
  readonly oracle: Oracle;
  readonly found: (example: Counterexample) => void;
}): Promise<{
  readonly count: number;
  readonly note: string;
}> {
  const regressions = readRegressions();
  for (const [, { question, data }] of regressions) {
    await oracle.load(data);
    const verdict = await askBoth(question, { oracle, embedded: embeddedOver(data) });
    if (verdict.kind === 'different') found({ question, data, ...verdict });
  }
  return { count: regressions.length, note: '' };
}
