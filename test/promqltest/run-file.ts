// A whole file: its commands in their order, and what became of each question.
import { type Command, type EvalCommand, FormatError } from './format/commands.ts';
import { parseFile } from './format/parse.ts';
import { NATIVE, type Outcome, runCase } from './run-case.ts';
import { type OpenEngine, World } from './world.ts';

export interface CaseReport {
  readonly command: EvalCommand;
  readonly outcome: Outcome;
}

export interface FileReport {
  readonly cases: readonly CaseReport[];
  /** Series that were not loaded, native histograms as they are. */
  readonly seriesLeftOut: number;
  /** What ended the file before its end. */
  readonly mistake: FormatError | undefined;
}

/** Reads the whole text before anything is asked, so a file with a mistake in its language runs nothing. */
export async function runFile(text: string, open: OpenEngine): Promise<FileReport> {
  const cases: CaseReport[] = [];
  const world = new World(open);
  let seriesLeftOut = 0;
  try {
    for (const command of parseFile(text)) {
      const done = await perform(command, world);
      if (typeof done === 'number') seriesLeftOut += done;
      else cases.push(done);
    }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return { cases, seriesLeftOut, mistake: error };
  }
  return { cases, seriesLeftOut, mistake: undefined };
}

async function perform(command: Command, world: World): Promise<number | CaseReport> {
  if (command.kind === 'load') return world.load(command);
  if (command.kind === 'eval') return { command, outcome: await outcomeOf(command, world) };
  world.clear();
  return 0;
}

async function outcomeOf(command: EvalCommand, world: World): Promise<Outcome> {
  const { value } = command;
  const expectsNative = value.kind === 'series' && value.series.some(({ points }) => points.includes('histogram'));
  if (expectsNative || world.needsNative(command.expr)) return { kind: 'skipped', reason: NATIVE };
  return runCase(command, world.engine);
}
