// npm run fuzz [-- --seed S --from N --count N --only KIND]: the long form, a thread for each kind; progress on standard error.
// A failing input is written to fuzz-failures/, and the command that runs it again is printed.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { KINDS, type Kind } from './kinds.ts';
import type { Failure, Finished, Work } from './worker.ts';

const COUNTS: Readonly<Record<Kind, number>> = { requests: 1_000_000, expositions: 1_000_000, raw: 20_000 };
const MOST_FAILURES = 20;
const PROGRESS_MS = 10_000;
/** A thread that stands still so long is in a loop without end: no case takes a hundredth of it. */
const STUCK_MS = 30_000;

const { values } = parseArgs({
  options: { seed: { type: 'string' }, from: { type: 'string' }, count: { type: 'string' }, only: { type: 'string' } },
});
const seed = numberOf('seed', Math.floor(Math.random() * 2 ** 31));
const from = numberOf('from', 0);
const kinds = KINDS.filter((kind) => values.only === undefined || values.only === kind);
const say = (line: string): void => void process.stderr.write(`${line}\n`);

if (kinds.length === 0) {
  say(`cannot fuzz "${values.only}": there is no such kind; choose of ${KINDS.join(', ')}`);
  process.exit(2);
}
const [cpu] = cpus();
say(`seed ${seed}, ${cpu?.model.trim()} × ${cpus().length}, Node ${process.versions.node}`);
const failures = await Promise.all(kinds.map(fuzz));
process.exitCode = failures.some((count) => count > 0) ? 1 : 0;

function numberOf(name: 'seed' | 'from' | 'count', usual: number): number {
  const given = values[name];
  const number = given === undefined ? usual : Number(given);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  say(`cannot use --${name} ${JSON.stringify(given)}: expected a whole number`);
  return process.exit(2);
}

function fuzz(kind: Kind): Promise<number> {
  const at = new Int32Array(new SharedArrayBuffer(4));
  const count = numberOf('count', COUNTS[kind]);
  const work: Work = { kind, seed, from, count, at };
  const startMs = performance.now();
  let failed = 0;
  let hasEnded = false;
  return new Promise((resolve) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: work });
    const end = (): void => {
      hasEnded = true;
      clearInterval(progress);
      void worker.terminate();
      resolve(failed);
    };
    const note = (failure: Failure): void => {
      failed += 1;
      tell(failure);
      if (failed >= MOST_FAILURES) end();
    };
    let before = { number: -1, ms: startMs };
    const progress = setInterval(() => {
      const number = Atomics.load(at, 0);
      const ms = performance.now();
      say(`${kind}: at ${number} of ${from + count}, ${failed} failed, ${Math.round((ms - startMs) / 1000)} s`);
      if (number !== before.number) before = { number, ms };
      else if (ms - before.ms >= STUCK_MS) {
        note({ kind, seed, number, why: `it did not end within ${STUCK_MS} ms`, input: new Uint8Array() });
        end();
      }
    }, PROGRESS_MS);
    worker.on('error', (error) => {
      note({ kind, seed, number: Atomics.load(at, 0), why: `the thread ended: ${error.stack}`, input: new Uint8Array() });
      end();
    });
    worker.on('exit', () => {
      if (hasEnded) return;
      note({ kind, seed, number: Atomics.load(at, 0), why: 'it is never answered: nothing is left to wait for', input: new Uint8Array() });
      end();
    });
    worker.on('message', (message: Failure | Finished) => {
      if ('why' in message) note(message);
      else {
        const seconds = Math.round((performance.now() - startMs) / 1000);
        say(
          `${kind}: ${count} cases in ${seconds} s, ${failed} failed, the longest took ${Math.round(message.longestMs)} ms of processor time`,
        );
        end();
      }
    });
  });
}

function tell({ kind, number, why, input }: Failure): void {
  mkdirSync('fuzz-failures', { recursive: true });
  const file = `fuzz-failures/${kind}-${seed}-${number}`;
  writeFileSync(file, input);
  writeFileSync(`${file}.why.txt`, `${why}\n`);
  say(`${kind} ${number} failed: ${why.split('\n')[0]}`);
  say(`  its input is in ${file}; again: npm run fuzz -- --only ${kind} --seed ${seed} --from ${number} --count 1`);
}
