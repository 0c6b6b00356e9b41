// The benchmarks one after another, each in a process of its own, as one table.
// node test/bench/run.ts [name…] runs the named ones; all without a name.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { BenchRow } from './report.ts';

const BENCHES: Readonly<Record<string, readonly string[]>> = {
  scan: [],
  parse: [],
  signals: [],
  autoscalers: [],
  promql: [],
  dashboards: [],
  answers: [],
  churn: [],
  face: [],
  serving: [],
  heavy: ['--max-semi-space-size=8'],
  // A large young generation is the cheaper half of a trade for memory (PERFORMANCE.md).
  round: ['--max-semi-space-size=8'],
  cluster: ['--max-semi-space-size=8'],
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length > 0) {
  process.stderr.write(`cannot run ${unknown.join(', ')}: there is no such benchmark; choose of ${Object.keys(BENCHES).join(', ')}\n`);
  process.exit(2);
}

const [cpu] = cpus();
process.stdout.write(
  `${cpu?.model.trim()} × ${cpus().length}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}, ${process.platform}\n\n`,
);
process.stdout.write('| work | measured | reference | reach | |\n|---|---|---|---|---|\n');
let missed = 0;
for (const [name, flags] of Object.entries(BENCHES)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const child = fork(fileURLToPath(new URL(`./${name}.ts`, import.meta.url)), { execArgv: ['--expose-gc', ...flags] });
  printRows(child);
  const [code] = await once(child, 'exit');
  if (code !== 0) {
    process.stdout.write(`| ${name} | ended with ${code} | | | failed |\n`);
    missed += 1;
  }
}
process.exitCode = missed === 0 ? 0 : 1;

function printRows(child: ChildProcess): void {
  child.on('message', (row: BenchRow) => {
    if (row.verdict === 'missed' || row.verdict === 'failed') missed += 1;
    process.stdout.write(`| ${row.work} | ${row.measured} | ${row.reference} | ${row.reach} | ${row.verdict} |\n`);
  });
}
