// What Plimsoll makes of some expositions, and the raw series that they were made of, as a unit test of promtool that its rules must pass.
import { type Settings, settingsOf } from '../../../src/app/settings.ts';
import { type Plimsoll, wire } from '../../../src/app/wire.ts';
import type { Fetch } from '../../../src/model/fetch.ts';
import { type Labels, METRIC_NAME } from '../../../src/model/labels.ts';
import { silentLog } from '../../../src/model/log.ts';
import { nullMeter } from '../../../src/model/meter.ts';
import { CATALOGUE } from '../../../src/signals/catalogue.ts';
import { SteppedClock } from '../../bench/stepped-clock.ts';

/** Every sample is on this grid, which is how promtool takes its series. */
const TICK_MS = 500;
export const INTERVAL_MS = 5000;
/** Rates over a minute, and pods that start under our eyes. */
const ROUNDS = 30;

export interface World {
  readonly name: string;
  readonly jobs: readonly object[];
  readonly models?: object;
  readonly fetchOf: (clock: SteppedClock) => Fetch;
  /** Of targets, when they are known. */
  readonly settled?: (settings: Settings) => Settings;
  /** More that the Prometheus has, as lines of its own. */
  readonly beside?: readonly string[];
  /** Expressions over what is recorded. */
  readonly compared: readonly string[];
  /** Whether the signals of every pod are compared too. */
  readonly signals?: boolean;
}

interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

export interface UnitTest {
  /** For `tests` of promtool's file. */
  readonly yaml: string;
  /** Samples that are expected, of all expressions together. */
  readonly expected: number;
}

/** Scrapes the world, and says what is there at the end. */
export async function unitTestOf(world: World): Promise<UnitTest> {
  const clock = new SteppedClock();
  const startMs = clock.nowMs();
  const settings = settingsOf('the comparison', [
    { path: ['scrape', 'interval'], value: `${INTERVAL_MS}ms` },
    { path: ['scrape_configs'], value: world.jobs },
    { path: ['models'], value: world.models ?? {} },
  ]);
  const fetch = world.fetchOf(clock);
  const plimsoll = wire({ settings: world.settled?.(settings) ?? settings, clock, log: silentLog, meter: nullMeter, fetch });
  for (let tick = 0; tick < (ROUNDS * INTERVAL_MS) / TICK_MS; tick += 1) {
    clock.step(TICK_MS);
    plimsoll.scraper.tick();
    await plimsoll.scraper.idle();
  }
  const nowMs = clock.nowMs();
  const series = await rawSeries(plimsoll, { startMs, nowMs });
  const compared = new Map<string, readonly Sample[]>();
  for (const expr of world.compared) compared.set(expr, await held(plimsoll, expr, nowMs));
  if (world.signals === true) for (const { name } of CATALOGUE) compared.set(`plimsoll_${name}`, await signalOfPods(plimsoll, name));
  const tests = [...compared].map(([expr, samples]) => expectation(expr, samples));
  const yaml = `  - name: ${JSON.stringify(world.name)}
    interval: ${TICK_MS}ms
    input_series:
${[...series, ...(world.beside ?? [])].join('')}    promql_expr_test:
${tests.join('')}`;
  return { yaml, expected: [...compared.values()].flat().length };
}

/** Names that Plimsoll made itself. */
const OWN = /^(?:up$|scrape_|gpu_|triton_|pod_(?:cpu_used|memory_used)|node_(?:cpu_used|memory_used|cpu_cores))/;

async function rawSeries({ engine }: Plimsoll, { startMs, nowMs }: { startMs: number; nowMs: number }): Promise<string[]> {
  const result = await engine.instant({ expr: '{__name__=~".+"}[5m]', timeMs: nowMs });
  if (result.kind !== 'matrix') throw new Error(`BUG: a range is a ${result.kind}`);
  const lines: string[] = [];
  for (const { labels, timesMs, values } of result.series) {
    if (OWN.test(labels.get(METRIC_NAME) ?? '')) continue;
    let next = 0;
    const words: string[] = [];
    for (const [at, timeMs] of timesMs.entries()) {
      const index = (timeMs - startMs) / TICK_MS;
      if (!Number.isInteger(index)) throw new Error(`BUG: a sample is ${timeMs - startMs} ms after the start`);
      if (index > next) words.push(`_x${index - next}`);
      words.push(written(values[at] ?? Number.NaN));
      next = index + 1;
    }
    lines.push(inputSeries(labels, words.join(' ')));
  }
  return lines;
}

export function inputSeries(labels: Labels, values: string): string {
  return `      - series: ${JSON.stringify(seriesText(labels))}\n        values: ${JSON.stringify(values)}\n`;
}

function seriesText(labels: Labels): string {
  const pairs = [...labels].filter(([name]) => name !== METRIC_NAME).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `${labels.get(METRIC_NAME) ?? ''}{${pairs.join(',')}}`;
}

function written(value: number): string {
  return Number.isNaN(value) ? 'NaN' : String(value).replace('Infinity', 'Inf');
}

async function held({ engine }: Plimsoll, expr: string, timeMs: number): Promise<readonly Sample[]> {
  const result = await engine.instant({ expr, timeMs });
  if (result.kind !== 'vector') throw new Error(`BUG: ${expr} is a ${result.kind}`);
  return result.series;
}

/** As the metrics page has it. */
async function signalOfPods({ signals, inventory }: Plimsoll, signal: string): Promise<readonly Sample[]> {
  const answers = await signals.ofPods({ signal, pods: inventory().allPods(), metricSelector: [] });
  return answers.flatMap(({ pod, answer }) => {
    const labels = new Map([
      [METRIC_NAME, `plimsoll_${signal}`],
      ['namespace', pod.namespace],
      ['pod', pod.name],
    ]);
    return answer.kind === 'value' ? [{ labels, value: answer.value }] : [];
  });
}

function expectation(expr: string, samples: readonly Sample[]): string {
  const lines = samples.map(
    ({ labels, value }) => `          - labels: ${JSON.stringify(seriesText(labels))}\n            value: ${value}\n`,
  );
  const list = lines.length === 0 ? ' []\n' : `\n${lines.join('')}`;
  return `      - expr: ${JSON.stringify(expr)}\n        eval_time: ${(ROUNDS * INTERVAL_MS) / 1000}s\n        exp_samples:${list}`;
}
