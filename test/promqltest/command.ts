// The command itself: words → files → report → exit code.
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { UserError } from '../../src/lib/user-error.ts';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import type { SampleSource } from '../../src/model/sample-source.ts';
import { createEmbeddedEngine, type EmbeddedEngineOptions } from '../../src/promql/engine.ts';
import { countsLine, countsOf, failureLines, skippedLines, sumOf } from './report.ts';
import { type FileReport, runFile } from './run-file.ts';
import type { OpenEngine } from './world.ts';

export const HELP = `npm run promqltest -- [--experimental-functions] [--no-delayed-name-removal] FILE…
Runs files in the test language of Prometheus's promqltest against the embedded PromQL engine.
Every question that is asked at an instant is asked as the middle of a range too, and at other times with its selectors pinned by @.
Example:
  npm run promqltest -- test/promqltest/cases/rate.promql
Options:
  --experimental-functions  what Prometheus has behind promql-experimental-functions; left out it is skipped and counted
  --no-delayed-name-removal what a server of Prometheus does without promql-delayed-name-removal; its own tests are run with it
  --help                    this text
Ends with 0, with 1 when something failed, with 2 when it was not used as above; its last line is: N passed, N failed, N skipped
`;

export interface Output {
  out(line: string): void;
  err(line: string): void;
}

/** Says the exit code. */
export async function promqltest(words: readonly string[], { out, err }: Output): Promise<0 | 1 | 2> {
  try {
    const { files, wantsHelp, ...features } = readWords(words);
    if (wantsHelp) {
      out(HELP.trimEnd());
      return 0;
    }
    const texts = await Promise.all(files.map(readTestFile));
    return await runAll(
      files.map((file, index) => ({ file, text: texts[index] ?? '' })),
      { out, open: embedded(features) },
    );
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    err(error.message);
    return error.exitCode;
  }
}

async function runAll(
  texts: readonly { readonly file: string; readonly text: string }[],
  { out, open }: { readonly out: Output['out']; readonly open: OpenEngine },
): Promise<0 | 1> {
  const reports: FileReport[] = [];
  for (const { file, text } of texts) {
    const report = await runFile(text, open);
    for (const line of failureLines(file, report)) out(line);
    out(`${file}: ${countsLine(countsOf(report))}`);
    reports.push(report);
  }
  for (const line of skippedLines(reports)) out(line);
  const sum = sumOf(reports.map(countsOf));
  out(countsLine(sum));
  return sum.failed === 0 ? 0 : 1;
}

/** What Prometheus has behind flags. */
type Features = Required<Pick<EmbeddedEngineOptions, 'experimentalFunctions' | 'delayedNameRemoval'>>;

export function embedded(features: Features): OpenEngine {
  return (source: SampleSource) => createEmbeddedEngine({ source, clock: new VirtualClock(), ...features });
}

interface Words extends Features {
  readonly files: readonly string[];
  readonly wantsHelp: boolean;
}

function readWords(words: readonly string[]): Words {
  const parsed = parseWords(words);
  const files = parsed.positionals;
  const wantsHelp = parsed.values.help;
  if (files.length === 0 && !wantsHelp) {
    throw new UserError(2, 'cannot run tests: no file is named; name files, as in npm run promqltest -- test/promqltest/cases/rate.promql');
  }
  return {
    files,
    wantsHelp,
    experimentalFunctions: parsed.values['experimental-functions'],
    delayedNameRemoval: parsed.values['delayed-name-removal'],
  };
}

function parseWords(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      allowNegative: true,
      options: {
        'experimental-functions': { type: 'boolean', default: false },
        'delayed-name-removal': { type: 'boolean', default: true },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new UserError(2, `cannot run tests: ${problem}; npm run promqltest -- --help shows what there is`, { cause });
  }
}

/** Some hundred times the longest of Prometheus's own. */
const MOST_BYTES = 16 * 2 ** 20;

async function readTestFile(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const problem = cause instanceof Error && 'code' in cause ? cause.code : cause;
    const remedy = problem === 'EISDIR' ? 'name the files in it' : 'check the name and who may read it';
    throw new UserError(2, `cannot read ${JSON.stringify(file)}: ${problem}; ${remedy}`, { cause });
  });
  if (text.length <= MOST_BYTES) return text;
  throw new UserError(2, `cannot read ${JSON.stringify(file)}: it is longer than ${MOST_BYTES} bytes; split it`);
}
