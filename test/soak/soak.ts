// npm run soak: half an hour with a real Plimsoll, a fleet that churns, and clients. `-- --minutes N` for longer or shorter,
// `-- --virtual` for a day on a virtual clock in process (`--hours N`); `--write` puts the summary into docs/reliability.md.
// Ends with 1 when memory grew, or a question was not answered.
import { parseArgs } from 'node:util';
import { writeReliability } from '../docs-section.ts';
import { soak } from './real.ts';
import { lineOf, type Summary, summaryOf } from './report.ts';
import { virtualSoak } from './virtual.ts';
import { virtualLine, virtualSummary } from './virtual-report.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    targets: { type: 'string', default: '200' },
    virtual: { type: 'boolean', default: false },
    hours: { type: 'string', default: '24' },
    write: { type: 'boolean', default: false },
  },
});

const HPAS = 50;
const CHURN = 10;

async function real(): Promise<Summary> {
  const spec = { minutes: Number(values.minutes), targets: Number(values.targets), hpas: HPAS, churn: CHURN };
  return summaryOf(await soak(spec, (minute) => say(lineOf(minute))), spec);
}

async function virtual(): Promise<Summary> {
  const spec = { hours: Number(values.hours), targets: Number(values.targets), hpas: HPAS, churn: CHURN };
  const startMs = performance.now();
  const hours = await virtualSoak(spec, (hour) => say(virtualLine(hour)));
  return virtualSummary(hours, { spec, tookMs: performance.now() - startMs });
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

const summary = values.virtual ? await virtual() : await real();
process.stdout.write(summary.markdown);
if (values.write) await writeReliability(values.virtual ? 'virtual soak' : 'soak', summary.markdown);
process.exitCode = summary.isWell ? 0 : 1;
