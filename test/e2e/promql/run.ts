// npm run test:e2e:promql [-- --seed S --count N --parse N --only parse,signals,random]: the embedded engine against Prometheus's own.
// E2E_FULL=1 asks five times as much. A difference is shrunk, told, and kept as a regression: the next run and `npm test` ask it first.
import { parseArgs } from 'node:util';
import { goProgram } from '../go-program.ts';
import { Causes } from './causes.ts';
import { startOracle } from './oracle.ts';
import { expressionsToParse, parseDifferences } from './parsed-expressions.ts';
import { askRandomly } from './random-questions.ts';
import { addRegression, askRegressions } from './regressions.ts';
import { demoSamples } from './samples/demo.ts';
import { tritonSamples } from './samples/triton.ts';
import { type Counterexample, shrink } from './shrink.ts';
import { askSignals } from './signal-questions.ts';
import { causeText } from './tell.ts';

const FULL_FACTOR = process.env['E2E_FULL'] === '1' ? 5 : 1;
const SECTIONS = ['regressions', 'parse', 'signals', 'random'];
/** Shrinking takes a second each. */
const MOST_SHRUNK = 60;
const MOST_TOLD = 30;
const PROGRESS_MS = 10_000;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: process.env['SEED'] ?? '7' },
    count: { type: 'string', default: String(20_000 * FULL_FACTOR) },
    parse: { type: 'string', default: String(6_000 * FULL_FACTOR) },
    only: { type: 'string', default: SECTIONS.join() },
    keep: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
const seed = wholeNumber('seed');
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const sections = new Set(values.only.split(','));
const startedMs = performance.now();
let toldMs = startedMs;

say('building Prometheus’s parser and engine (two minutes the first time)');
const built = goProgram('e2e/promql-oracle');
if (built.kind === 'skipped') {
  say(built.why);
  process.exit(0);
}
say(`seed ${seed}, built after ${seconds()} s`);
const oracle = startOracle(built.program);
const parts: string[] = [];
let differences = 0;
if (sections.has('regressions')) await section('regressions', (found) => askRegressions({ oracle, found }));
if (sections.has('parse')) await compareParsers();
if (sections.has('signals')) await section('signal answers', compareSignals);
if (sections.has('random')) await section('random expressions', compareRandomly);
oracle.stop();
say(`promql: ${parts.join('; ')} (${seconds()} s)`);
process.exitCode = differences === 0 ? 0 : 1;

function wholeNumber(name: 'seed' | 'count' | 'parse'): number {
  const number = Number(values[name]);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  process.stderr.write(`cannot use --${name} ${JSON.stringify(values[name])}: expected a whole number\n`);
  return process.exit(2);
}

function seconds(): number {
  return Math.round((performance.now() - startedMs) / 1000);
}

function progress(text: string): void {
  if (performance.now() - toldMs < PROGRESS_MS) return;
  toldMs = performance.now();
  say(`${text}, ${seconds()} s`);
}

async function compareParsers(): Promise<void> {
  const expressions = expressionsToParse({ seed, count: wholeNumber('parse') });
  const found: string[] = [];
  for await (const { expr, text } of parseDifferences(oracle, expressions)) {
    progress(`parse: ${found.length} differ`);
    found.push(`  ${JSON.stringify(expr)}\n    ${text}`);
  }
  for (const text of found.sort((a, b) => a.length - b.length).slice(0, MOST_TOLD)) say(text);
  differences += found.length;
  parts.push(`${expressions.length.toLocaleString('en')} expressions parsed: ${found.length} differences`);
}

interface Asked {
  readonly count: number;
  readonly note: string;
}

/** Asks, then shrinks and tells what was found. */
async function section(name: string, ask: (found: (example: Counterexample) => void) => Promise<Asked>): Promise<void> {
  const examples: Counterexample[] = [];
  const { count, note } = await ask((example) => examples.push(example));
  differences += examples.length;
  parts.push(`${count.toLocaleString('en')} ${name}: ${examples.length}${note}`);
  if (examples.length === 0) return;
  say(`${name}: ${examples.length} differ`);
  // One of each cause as they stand, the shortest: most have the same few causes.
  const before = new Causes();
  const firsts = examples.sort((a, b) => lengthOf(a) - lengthOf(b)).filter((example) => before.add(example));
  const after = new Causes();
  for (const example of firsts.slice(0, MOST_SHRUNK)) {
    progress(`${name}: shrinking`);
    const smallest = await shrink(example, oracle);
    if (after.add(smallest) && values.keep) addRegression(smallest);
  }
  for (const cause of after.list().slice(0, MOST_TOLD)) say(causeText(cause));
}

function lengthOf({ question }: Counterexample): number {
  return ('instant' in question ? question.instant : question.range).length;
}

async function compareSignals(found: (example: Counterexample) => void): Promise<Asked> {
  const onDemo = await askSignals({ held: await demoSamples(seed), oracle, found });
  const triton = await tritonSamples((text) => say(text.trim()));
  if (typeof triton === 'string') {
    say(`signals on a real Triton: ${triton}`);
    return { count: onDemo.answers, note: ` on the demo (${onDemo.empty} empty)` };
  }
  const onTriton = await askSignals({ held: triton, oracle, found });
  return { count: onDemo.answers + onTriton.answers, note: ` on the demo and a real Triton (${onDemo.empty + onTriton.empty} empty)` };
}

async function compareRandomly(found: (example: Counterexample) => void): Promise<Asked> {
  const count = wholeNumber('count');
  const { failed, empty, undecided } = await askRandomly({
    seed,
    count,
    oracle,
    found,
    progress: (done) => progress(`random: ${done} of ${count}`),
  });
  return { count, note: ` (twice each; ${failed} refused by both, ${empty} empty, of ${undecided} Prometheus says several things)` };
}
