// Prometheus's engine as a process that is asked: it loads series from a file, and answers questions with their CPU time.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface ReferenceQuestion {
  /** Asked one after another; what is measured is the mean over them. */
  readonly expressions: readonly string[];
  readonly timeMs: number;
  /** Makes it a range that ends at the time above; the last value of each series is told. */
  readonly startMs?: number;
  readonly stepMs?: number;
  readonly warmUps: number;
  readonly figures: number;
}

export interface ReferenceAnswer {
  /** Of one expression, the median of the figures. */
  readonly cpuMs: number;
  /** By `namespace/pod`, of all expressions; NaN where Prometheus says so. */
  readonly values: ReadonlyMap<string, number>;
}

export interface PromqlReference {
  ask(question: ReferenceQuestion): Promise<ReferenceAnswer>;
  stop(): void;
}

/** Settles when the file has been read. */
export async function startReference(program: string, file: string): Promise<PromqlReference> {
  const child = spawn(program, [file], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error('the reference ended before it answered');
    return value;
  };
  await nextLine();
  return {
    ask: async (question) => {
      child.stdin.write(`${JSON.stringify(question)}\n`);
      const { cpuMs, values } = JSON.parse(await nextLine()) as { cpuMs: number; values: Record<string, string> };
      return { cpuMs, values: new Map(Object.entries(values).map(([pod, value]) => [pod, Number(value)])) };
    },
    stop: () => child.stdin.end(),
  };
}
