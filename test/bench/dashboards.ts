// What Grafana asks for the dashboards, at a thousand pods: fifteen minutes in the steps in which Grafana asks, by the query API and with its JSON.
import { createFaces } from '../../src/app/faces.ts';
import { openRecording } from '../../src/app/recording.ts';
import { type Settings, settingsOf } from '../../src/app/settings.ts';
import { wire } from '../../src/app/wire.ts';
import { createRegistryMeter } from '../../src/exporter/meter.ts';
import type { Fetch } from '../../src/model/fetch.ts';
import { silentLog } from '../../src/model/log.ts';
import { ask, type Reply } from '../app/support/in-process.ts';
import { chosenAtFirst, dashboards, panelQuestions, type Question } from '../dashboards/questions.ts';
import { cpuMs, quantile, shown } from './measure.ts';
import { report, verdictOf } from './report.ts';
import { createSignalsFleet, PODS } from './signals-fleet.ts';
import { SteppedClock } from './stepped-clock.ts';

const INTERVAL_MS = 5000;
const TICK_MS = 1000;
/** As many as are kept. */
const ROUNDS = 60;
const RANGE_S = 900;
/** Each after a scrape of all, as dashboards refresh; the first ones are for the compiler. */
const WARM_UPS = 2;
const FIGURES = 5;
const MOST_MS = 200;
const ITSELF = 'plimsoll:9410';

const clock = new SteppedClock();
const fleet = createSignalsFleet(clock, 1);
const { meter, registry } = createRegistryMeter();
const fetch: Fetch = async (target, signal) => {
  if (new URL(target.url).host !== ITSELF) return fleet.fetch(target, signal);
  return { kind: 'body', bytes: new TextEncoder().encode((await get('/metrics')).body) };
};
const plimsoll = wire({ ...fleet, fetch, settings: withItself(fleet.settings), clock, log: silentLog, meter });
const recording = openRecording({ config: fleet.settings.config, clock, meter });
const rest = { log: silentLog, version: 'bench', lastLog: () => [], isStopping: () => false };
const faces = createFaces({ plimsoll, clock, recording, meter, registry, ...rest });
for (let round = 0; round <= ROUNDS; round += 1) await scrapeAll();

for (const dashboard of dashboards()) {
  const figures = new Map<string, number[]>();
  const questions = panelQuestions(dashboard, chosenAtFirst(dashboard, ITSELF));
  for (let round = 0; round < WARM_UPS + FIGURES; round += 1) {
    await scrapeAll();
    for (const question of questions) {
      const usedMs = await answered(question);
      if (round >= WARM_UPS) figures.set(question.name, [...(figures.get(question.name) ?? []), usedMs]);
    }
  }
  const medians = [...figures].map(([name, all]) => ({ name, ms: quantile(all, 0.5) })).sort((one, other) => other.ms - one.ms);
  const [slowest = { name: 'none', ms: Number.NaN }] = medians;
  const sum = medians.reduce((total, { ms }) => total + ms, 0);
  if (process.env['BENCH_DETAIL']) for (const { name, ms } of medians.slice(0, 15)) process.stderr.write(`${shown(ms)} ${name}\n`);
  report({
    work: `${dashboard.title}: ${questions.length} queries of the last ${RANGE_S / 60} min, ${PODS} pods`,
    measured: `slowest ${shown(slowest.ms)} CPU ms (${slowest.name}), median ${shown(
      quantile(
        medians.map(({ ms }) => ms),
        0.5,
      ),
    )}, all ${shown(sum)}`,
    reference: '',
    reach: `≤ ${MOST_MS} ms each`,
    verdict: verdictOf(slowest.ms <= MOST_MS),
  });
}

async function scrapeAll(): Promise<void> {
  for (let tick = 0; tick < INTERVAL_MS / TICK_MS; tick += 1) {
    clock.step(TICK_MS);
    plimsoll.scraper.tick();
    await plimsoll.scraper.idle();
  }
  plimsoll.ingest.sweep();
}

function get(target: string): Promise<Reply> {
  return ask(faces.telemetry, { method: 'GET', target, headers: {} });
}

/** CPU milliseconds. */
async function answered({ name, kind, expr, stepS }: Question): Promise<number> {
  const end = Math.floor(clock.nowMs() / 1000 / stepS) * stepS;
  const query = encodeURIComponent(expr);
  const when = kind === 'instant' ? `time=${end}` : `start=${end - RANGE_S}&end=${end}&step=${stepS}`;
  const startMs = cpuMs();
  const { code, body } = await get(`/api/v1/${kind === 'instant' ? 'query' : 'query_range'}?query=${query}&${when}`);
  const usedMs = cpuMs() - startMs;
  if (code !== 200) throw new Error(`${name} was answered with ${code}: ${body.slice(0, 300)}`);
  return usedMs;
}

function withItself({ config, targets }: Settings): Settings {
  const job = { job_name: 'self', source: 'generic', honor_labels: true, scrape_interval: '15s', static_configs: [{ targets: [ITSELF] }] };
  return { config, targets: [...targets, ...settingsOf('the benchmark', [{ path: ['scrape_configs'], value: [job] }]).targets] };
}
