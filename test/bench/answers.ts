// Large answers of telemetry, made in turns: what Grafana asks for an hour of a thousand series, and what a Prometheus federates.
import { createFaces } from '../../src/app/faces.ts';
import { openRecording } from '../../src/app/recording.ts';
import { settingsOf } from '../../src/app/settings.ts';
import { wire } from '../../src/app/wire.ts';
import { createRegistryMeter } from '../../src/exporter/meter.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { silentLog } from '../../src/model/log.ts';
import { nullMeter } from '../../src/model/meter.ts';
import { ask } from '../app/support/in-process.ts';
import { longestTurn } from '../longest-turn.ts';
import { quantile, shown } from './measure.ts';
import { report, verdictOf } from './report.ts';
import { SteppedClock } from './stepped-clock.ts';

const INTERVAL_MS = 15_000;
const HOUR_MS = 3_600_000;
/** Looks back, and a scrape that is late. */
const MORE_SCRAPES = 25;
const TICKS = 5;
const WARM_UPS = 3;
const FIGURES = 7;

interface Work {
  readonly name: string;
  readonly targets: number;
  readonly models: number;
  readonly scrapes: number;
  readonly path: (nowMs: number) => string;
  /** What the answer must say, so that its time is that of the whole. */
  readonly isWhole: (body: string) => boolean;
  readonly mostMs: number;
  /** Of a turn, where that is asked. */
  readonly mostTurnMs?: number;
}

const POINTS = HOUR_MS / INTERVAL_MS + 1;

const WORKS: readonly Work[] = [
  {
    name: `query_range of 1 h at 15 s over 1,000 series, ${POINTS} points each`,
    targets: 100,
    models: 10,
    scrapes: POINTS + MORE_SCRAPES,
    path: (nowMs) => `/api/v1/query_range?query=nv_inference_count&start=${(nowMs - HOUR_MS) / 1000}&end=${nowMs / 1000}&step=15`,
    isWhole: (body) => body.split('[1').length > 1000 * (POINTS - 1),
    mostMs: 150,
  },
  {
    name: '/federate of 100,000 series',
    targets: 500,
    models: 20,
    scrapes: 3,
    path: () => `/federate?match[]=${encodeURIComponent('{__name__=~"nv_inference_.+"}')}`,
    isWhole: (body) => body.split('\n').length > 100_000,
    mostMs: 400,
    mostTurnMs: 50,
  },
];

const FAMILIES = [
  'request_success',
  'request_failure',
  'count',
  'exec_count',
  'request_duration_us',
  'queue_duration_us',
  'compute_input_duration_us',
  'compute_infer_duration_us',
  'compute_output_duration_us',
  'pending_request_count',
];

for (const work of WORKS) await measure(work);

async function measure(work: Work): Promise<void> {
  const { telemetry, nowMs } = await scraped(work);
  const question = { method: 'GET', target: work.path(nowMs), headers: { host: 'bench', accept: '*/*' } };
  const { code, body } = await ask(telemetry, question);
  if (code !== 200 || !work.isWhole(body)) throw new Error(`${work.name}: ${code} ${body.slice(0, 200)}`);
  const answer = async (): Promise<void> => {
    const { length } = (await ask(telemetry, question)).body;
    if (length !== body.length) throw new Error(`${work.name}: ${length} instead of ${body.length} characters`);
  };
  const times: number[] = [];
  const turns: number[] = [];
  for (let round = 0; round < WARM_UPS + FIGURES; round += 1) {
    const startMs = threadCpuMs();
    const turnMs = await longestTurn(answer());
    if (round < WARM_UPS) continue;
    times.push(threadCpuMs() - startMs);
    turns.push(turnMs);
  }
  const timeMs = quantile(times, 0.5);
  const turnMs = quantile(turns, 0.5);
  const { mostMs, mostTurnMs = Number.POSITIVE_INFINITY } = work;
  report({
    work: `${work.name}, ${Math.round(body.length / 1024)} KiB`,
    measured: `${shown(timeMs)} CPU ms, longest turn ${shown(turnMs)} (${shown(Math.max(...turns))} at most)`,
    reference: '',
    reach: `≤ ${mostMs} ms${work.mostTurnMs === undefined ? '' : `, no turn above ${work.mostTurnMs} ms`}`,
    verdict: verdictOf(timeMs <= mostMs && turnMs <= mostTurnMs),
  });
}

/** What the answer takes where nothing else runs: of this thread alone, for collections go on beside it. */
function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** A whole Plimsoll that has read its targets so many times, on a clock moved by hand. */
async function scraped({ targets, models, scrapes }: Work) {
  const clock = new SteppedClock();
  const jobs = [{ job_name: 'triton', triton_api: { enabled: false }, static_configs: [...Array(targets).keys()].map(targetOf) }];
  const settings = settingsOf('the benchmark', [
    { path: ['scrape', 'interval'], value: `${INTERVAL_MS}ms` },
    { path: ['retention'], value: '2h' },
    { path: ['scrape_configs'], value: jobs },
  ]);
  const encoder = new TextEncoder();
  const fetch = async () => ({ kind: 'body' as const, bytes: encoder.encode(textOf(models, clock)) });
  const plimsoll = wire({ settings, clock, log: silentLog, meter: nullMeter, fetch });
  // Each has its own moment in the interval.
  for (let tick = 0; tick < scrapes * TICKS; tick += 1) {
    clock.step(INTERVAL_MS / TICKS);
    plimsoll.scraper.tick();
    await plimsoll.scraper.idle();
  }
  const recording = openRecording({ config: plimsoll.config(), clock, meter: nullMeter });
  const rest = { log: silentLog, version: 'bench', lastLog: () => [], isStopping: () => false };
  const { telemetry } = createFaces({ plimsoll, clock, recording, ...createRegistryMeter(), ...rest });
  return { telemetry, nowMs: clock.nowMs() };
}

function targetOf(index: number): object {
  const pod = `triton-7f9c6d5b8-${String(index).padStart(5, '0')}`;
  const place = { namespace: 'inference', pod, node: `gpu-node-${index >> 3}` };
  return { targets: [`10.${index >> 8}.${index & 255}.7:8002`], labels: place };
}

/** Counters that grow unevenly, of ten families a model. */
function textOf(models: number, clock: Clock): string {
  const seconds = (clock.nowMs() % 1e8) / 1000;
  let text = '';
  for (const [index, family] of FAMILIES.entries()) {
    for (let model = 0; model < models; model += 1) {
      text += `nv_inference_${family}{model="model_${model}",version="1"} ${Math.floor(seconds * (index + 1) + model * 1.7)}\n`;
    }
  }
  return text;
}
