// npm run faults: every fault at every peer with the shipped intervals, into docs/reliability.md. Ends with 1 when something was served that may not be.
import { writeReliability } from '../docs-section.ts';
import { runFaults } from './run-faults.ts';
import { tablesOf } from './table.ts';
import { SHIPPED } from './timing.ts';
import { faultsOf } from './verdict.ts';

const run = await runFaults(SHIPPED);
await writeReliability('faults', tablesOf(run));
const found = run.watched.flatMap((one) => faultsOf(one, run).map((fault) => `${one.about.fault.name}, ${one.about.peer}: ${fault}`));
for (const one of found) process.stderr.write(`${one}\n`);
process.exitCode = found.length > 0 ? 1 : 0;
