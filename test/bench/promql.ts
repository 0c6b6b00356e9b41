// PromQL where no signal's fast path leads: ranges, and the general way through samples, beside Prometheus's engine over the same ones.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nullMeter } from '../../src/model/meter.ts';
import { createEmbeddedEngine } from '../../src/promql/engine.ts';
import { createStore } from '../../src/store/store.ts';
import { goProgram } from '../e2e/go-program.ts';
import { cpuMs, quantile, shown } from './measure.ts';
import { type PromqlReference, startReference } from './promql-reference.ts';
import { report, verdictOf } from './report.ts';
import { SteppedClock } from './stepped-clock.ts';

const LEAST_RATIO = 2;
/** Of a rate that is summed as it is read. */
const LEAST_RATIO_FUSED = 30;
const WARM_UPS = 5;
const FIGURES = 9;
/** V8 goes on compiling for so long, in processor time; a server that is asked every few seconds is past it within minutes. */
const WARM_UP_MS = 2000;
/** What is too short to be measured is asked so many times a figure. */
const ASKED = 5;

interface Samples {
  readonly pods: number;
  readonly models: number;
  readonly intervalMs: number;
  readonly scrapes: number;
}

interface Work {
  readonly name: string;
  readonly samples: Samples;
  readonly expressions: readonly string[];
  readonly leastRatio: number;
  /** Undefined asks for the last instant. */
  readonly range?: { readonly lengthMs: number; readonly stepMs: number };
}

const HOUR_MS = 3_600_000;
const QUARTER_MINUTE_MS = 15_000;

const WORKS: readonly Work[] = [
  {
    name: 'ranges of 1 h at 15 s over 100 series',
    // A window and a lookback before the hour too.
    samples: { pods: 100, models: 1, intervalMs: QUARTER_MINUTE_MS, scrapes: HOUR_MS / QUARTER_MINUTE_MS + 20 },
    expressions: ['x_total', 'rate(x_total[1m])', 'sum(rate(x_total[1m])) by (pod)', 'max_over_time(x_total[5m])', 'x_total / 2 + x_total'],
    leastRatio: LEAST_RATIO,
    range: { lengthMs: HOUR_MS, stepMs: QUARTER_MINUTE_MS },
  },
  {
    name: 'an instant over 1,000 pods × 6 models × 60 samples',
    samples: { pods: 1000, models: 6, intervalMs: 5000, scrapes: 60 },
    expressions: ['sum by (pod) (rate(x_total[30s]))'],
    leastRatio: LEAST_RATIO_FUSED,
  },
  {
    name: 'the general path over 1,000 pods × 6 models × 60 samples',
    samples: { pods: 1000, models: 6, intervalMs: 5000, scrapes: 60 },
    expressions: [
      'sum by (pod) (quantile_over_time(0.9, x_total[5m]))',
      'stddev by (pod) (x_total)',
      'topk(10, deriv(x_total[5m]))',
      'sum by (pod) (x_total * on (pod, model) group_left () x_total)',
      'max by (pod) (max_over_time(rate(x_total[1m])[2m:30s]))',
    ],
    leastRatio: LEAST_RATIO,
  },
];

const built = goProgram('bench/go/promql');
for (const work of WORKS) for (const expr of work.expressions) await measure(work, expr);

async function measure({ name, samples, range, leastRatio }: Work, expr: string): Promise<void> {
  const { store, text, lastMs } = filled(samples);
  const engine = createEmbeddedEngine({ source: store, clock: new SteppedClock() });
  const startMs = lastMs - (range?.lengthMs ?? 0);
  const ask = async (): Promise<unknown> =>
    range === undefined ? engine.instant({ expr, timeMs: lastMs }) : engine.range({ expr, startMs, endMs: lastMs, stepMs: range.stepMs });
  const { firstMs, warmMs } = await medianMs(ask);
  const theirsMs = built.kind === 'built' ? await reference(text, { expr, lastMs, startMs, stepMs: range?.stepMs ?? 0 }) : built.why;
  const ratio = typeof theirsMs === 'string' ? Number.NaN : theirsMs / warmMs;
  report({
    work: `${name}: ${expr}`,
    measured: `${shown(warmMs)} CPU ms; the first ${ASKED} times ${shown(firstMs)}`,
    reference: typeof theirsMs === 'string' ? theirsMs : `Prometheus’s engine ${shown(theirsMs)} ms: ${shown(ratio)} ×`,
    reach: `≥ ${leastRatio} ×`,
    verdict: typeof theirsMs === 'string' ? 'skipped' : verdictOf(ratio >= leastRatio),
  });
}

async function medianMs(ask: () => Promise<unknown>): Promise<{ readonly firstMs: number; readonly warmMs: number }> {
  const figure = async (): Promise<number> => {
    const startMs = cpuMs();
    for (let time = 0; time < ASKED; time += 1) await ask();
    return (cpuMs() - startMs) / ASKED;
  };
  const firstMs = await figure();
  const untilMs = cpuMs() + WARM_UP_MS;
  while (cpuMs() < untilMs) await ask();
  const figures: number[] = [];
  while (figures.length < FIGURES) figures.push(await figure());
  return { firstMs, warmMs: quantile(figures, 0.5) };
}

interface Asked {
  readonly expr: string;
  readonly lastMs: number;
  readonly startMs: number;
  readonly stepMs: number;
}

async function reference(text: string, { expr, lastMs, startMs, stepMs }: Asked): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-promql-'));
  const file = join(folder, 'series');
  writeFileSync(file, text);
  const started: PromqlReference = await startReference(built.kind === 'built' ? built.program : '', file);
  const { cpuMs: theirsMs } = await started.ask({
    expressions: Array.from({ length: ASKED }, () => expr),
    timeMs: lastMs,
    startMs,
    stepMs,
    warmUps: WARM_UPS,
    figures: FIGURES,
  });
  started.stop();
  rmSync(folder, { recursive: true });
  return theirsMs;
}

/** The same samples in a store, and as the text that the reference reads. */
function filled({ pods, models, intervalMs, scrapes }: Samples): {
  readonly store: ReturnType<typeof createStore>;
  readonly text: string;
  readonly lastMs: number;
} {
  const firstMs = 1_700_000_000_000;
  const times = Array.from({ length: scrapes }, (_, scrape) => firstMs + scrape * intervalMs);
  const store = createStore({ retentionMs: scrapes * intervalMs, seriesLimit: pods * models, meter: nullMeter });
  const lines: string[] = [`#${times.join(' ')}`];
  for (let pod = 0; pod < pods; pod += 1) {
    const labels = new Map([
      ['namespace', 'n'],
      ['pod', `pod-${pod}`],
    ]);
    const writer = store.openTarget({ id: `pod-${pod}`, labels, honorLabels: false, intervalMs });
    const rows = Array.from({ length: models }, (_, model) =>
      writer.row(
        new Map([
          ['__name__', 'x_total'],
          ['model', `model_${model}`],
        ]),
        { ownTime: false, clash: 'rename' },
      ),
    );
    for (const [scrape, timeMs] of times.entries()) {
      writer.begin(timeMs);
      for (const [model, row] of rows.entries()) if (row !== undefined) writer.put(row, valueAt({ pod, model, scrape }));
    }
    for (let model = 0; model < models; model += 1) {
      const values = times.map((_, scrape) => valueAt({ pod, model, scrape }));
      lines.push(`x_total{model="model_${model}",namespace="n",pod="pod-${pod}"}\t${values.join(' ')}`);
    }
  }
  return { store, text: `${lines.join('\n')}\n`, lastMs: times.at(-1) ?? 0 };
}

/** Counters that grow unevenly. */
function valueAt({ pod, model, scrape }: { readonly pod: number; readonly model: number; readonly scrape: number }): number {
  return scrape * (pod + model + 1) + ((scrape * 7 + pod) % 5);
}
