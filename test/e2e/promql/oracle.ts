// Prometheus as a process that is asked: its parser, and its engine over the samples that it was given last.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { DataSet } from './samples/data-set.ts';

/** Prometheus's own defaults where nothing is said. */
export interface EngineSettings {
  /** As `--enable-feature=promql-experimental-functions`. */
  readonly experimental?: boolean;
  readonly lookbackMs?: number;
  readonly defaultStepMs?: number;
  readonly maxSamples?: number;
}

export interface InstantQuestion extends EngineSettings {
  readonly instant: string;
  readonly timeMs: number;
}

export interface RangeQuestion extends EngineSettings {
  readonly range: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

export type Question = InstantQuestion | RangeQuestion;

export interface Failure {
  readonly kind: 'parse' | 'execution' | 'timeout' | 'samples';
  readonly text: string;
  /** Of a parse error, in bytes. */
  readonly at: number;
  readonly end: number;
}

/** Values are the bits of doubles, sixteen hexadecimal digits each. */
export interface Points {
  readonly labels: Readonly<Record<string, string>>;
  readonly timesMs: readonly number[];
  readonly values: string;
}

export interface Answer {
  readonly kind?: 'scalar' | 'string' | 'vector' | 'matrix';
  readonly series?: readonly Points[];
  readonly text?: string;
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
  readonly error?: Failure;
}

/** A node of a syntax tree, see `tree.go`. */
export type Tree = Readonly<Record<string, unknown>>;

export interface Parsed {
  readonly tree?: Tree;
  readonly error?: Failure;
}

export interface Oracle {
  /** What is asked from now on is asked of these. */
  load(data: DataSet): Promise<void>;
  parse(expr: string, settings?: EngineSettings): Promise<Parsed>;
  ask(question: Question): Promise<Answer>;
  stop(): void;
}

/** Questions may be asked before others were answered: they are answered in turn. */
export function startOracle(program: string): Oracle {
  const child = spawn(program, [], { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting: { readonly resolve: (line: string) => void; readonly reject: (error: Error) => void }[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.resolve(line));
  child.on('exit', (code) => {
    for (const { reject } of waiting) reject(new Error(`the oracle ended with ${code} before it answered`));
  });
  const send = async <Answered>(question: object): Promise<Answered> => {
    const line = new Promise<string>((resolve, reject) => waiting.push({ resolve, reject }));
    child.stdin.write(`${JSON.stringify(question)}\n`);
    return JSON.parse(await line) as Answered;
  };
  return {
    load: async (data) => void (await send({ load: data })),
    parse: (expr, settings) => send({ parse: expr, ...settings }),
    ask: (question) => send(question),
    stop: () => child.stdin.end(),
  };
}
