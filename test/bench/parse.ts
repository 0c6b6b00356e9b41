// How long it takes to read the longest expression of the catalogue, for us and for Prometheus's parser.
import { spawnSync } from 'node:child_process';
import { parseExpression } from '../../src/promql/syntax/parse.ts';
import { CATALOGUE } from '../../src/signals/catalogue.ts';
import { renderTemplate } from '../../src/signals/template.ts';
import { goProgram } from './go.ts';
import { cpuMsPerCall, shown } from './measure.ts';
import { report } from './report.ts';

const MOST_MS = 0.1;
/** The same distance on a slower or busier machine. */
const LEAST_RATIO = 3;

const WINDOWS = { labelMatchers: 'model=~"a|b"', windowMs: 60_000, liveWindowMs: 15_000 };
const expressions = CATALOGUE.flatMap(({ expr, per = '', careful = '' }) => [expr, per, careful]).map((text) =>
  renderTemplate(text, WINDOWS),
);
const longest = expressions.reduce((one, other) => (other.length > one.length ? other : one), '');

const ours = cpuMsPerCall(() => void parseExpression(longest));
const theirs = prometheusMs(longest);
const ratio = typeof theirs === 'string' ? Number.NaN : theirs / ours;
const isReached = ours <= MOST_MS || ratio >= LEAST_RATIO;
report({
  work: `reading the longest expression of the catalogue, ${longest.length} characters`,
  measured: `${shown(ours * 1000)} CPU µs`,
  reference: typeof theirs === 'string' ? theirs : `Prometheus’s parser ${shown(theirs * 1000)} µs: ${shown(ratio)} ×`,
  reach: `≤ ${MOST_MS * 1000} µs or ≥ ${LEAST_RATIO} ×`,
  verdict: isReached ? 'reached' : 'missed',
});

/** CPU milliseconds of one reading, or `skipped: why`. */
function prometheusMs(expression: string): number | string {
  const built = goProgram('parse');
  if (built.kind === 'skipped') return built.why;
  const run = spawnSync(built.program, [], { encoding: 'utf8', input: expression });
  return run.status === 0 ? Number(run.stdout) : `skipped: it failed: ${run.stderr.trim()}`;
}
