// Questions of which the engines once said different things, with what Prometheus says: one file each.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { askBoth } from './both.ts';
import { embeddedOver } from './embedded.ts';
import type { Answer, Oracle, Question } from './oracle.ts';
import type { DataSet } from './samples/data-set.ts';
import type { Counterexample } from './shrink.ts';

const FOLDER = fileURLToPath(new URL('./regressions', import.meta.url));
/** What is larger was not shrunk, and says nothing to a person. */
const MOST_BYTES = 8000;

export interface Regression {
  readonly question: Question;
  readonly data: DataSet;
  /** Prometheus's. */
  readonly answer: Answer;
}

/** By the names of their files. */
export function readRegressions(): readonly (readonly [string, Regression])[] {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
  return names.sort().map((name) => [name, JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Regression]);
}

export function addRegression({ question, data, answer }: Counterexample): void {
  const expr = 'instant' in question ? question.instant : question.range;
  const text = `${JSON.stringify({ question, data, answer } satisfies Regression, null, 1)}\n`;
  if (text.length > MOST_BYTES) return;
  const words = expr
    .replace(/[^a-z0-9]+/gi, '-')
    .slice(0, 40)
    .replace(/^-|-$/g, '')
    .toLowerCase();
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 6);
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, `${words || 'expression'}-${digest}.json`), text);
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
