// Three Tritons and an exporter on a virtual clock, a minute after their start, and questions to /api/plimsoll.
import { Registry } from 'prom-client';
import { plimsollRoutes } from '../../../src/app/plimsoll-routes.ts';
import { settingsOf } from '../../../src/app/settings.ts';
import { type Plimsoll, wire } from '../../../src/app/wire.ts';
import { ApiError, type PlimsollRoute } from '../../../src/explain/app.ts';
import type { ExplanationDocument } from '../../../src/explain/document.ts';
import { VirtualClock } from '../../../src/lib/virtual-clock.ts';
import type { Fetch } from '../../../src/model/fetch.ts';
import { silentLog } from '../../../src/model/log.ts';
import { nullMeter } from '../../../src/model/meter.ts';

export const START_MS = 1_800_000_000_000;
const RUN_MS = 90_000;

const GPU = 'GPU-1';

/** What a target says `seconds` after the start; undefined is a refused connection. */
export type Says = (seconds: number) => string | undefined;

function triton({ busy, pending, gauge = true }: { readonly busy: number; readonly pending: number; readonly gauge?: boolean }): Says {
  return (seconds) => {
    const rows = (labels: string, share: number): string[] => [
      ...(gauge ? [`nv_inference_pending_request_count{${labels}} ${pending * share}`] : []),
      `nv_inference_request_success{${labels}} ${10 * seconds * share}`,
      `nv_inference_request_duration_us{${labels}} ${busy * 1e6 * seconds * share}`,
      `nv_inference_count{${labels}} ${10 * seconds * share}`,
      ...['input', 'infer', 'output'].map(
        (step) => `nv_inference_compute_${step}_duration_us{${labels}} ${(busy / 3) * 1e6 * seconds * share}`,
      ),
    ];
    return [...rows('model="resnet",version="1"', 1), ...rows('model="pipeline",version="1"', 0.5), ''].join('\n');
  };
}

const exporter: Says = () =>
  [
    `DCGM_FI_DEV_GPU_UTIL{gpu="0",UUID="${GPU}",Hostname="n1",namespace="demo",pod="a",container="triton"} 70`,
    `DCGM_FI_DEV_FB_USED{gpu="0",UUID="${GPU}",Hostname="n1",namespace="demo",pod="a",container="triton"} 1024`,
    `DCGM_FI_DEV_GPU_UTIL{gpu="1",UUID="GPU-2",Hostname="n1"} 20`,
    '',
  ].join('\n');

const TARGETS: Readonly<Record<string, Says>> = {
  a: triton({ busy: 3, pending: 2 }),
  b: triton({ busy: 1, pending: 0 }),
  // Dies after 80 s.
  c: (seconds) => (seconds < 80 ? triton({ busy: 1, pending: 0 })(seconds) : undefined),
  // A server from before 23.09.
  old: triton({ busy: 1, pending: 0, gauge: false }),
};

export interface ExplainWorld {
  readonly plimsoll: Plimsoll;
  readonly clock: VirtualClock;
  readonly routes: readonly PlimsollRoute[];
  /** The document at a path, or the error that it answers with. */
  ask(path: string, query?: Readonly<Record<string, string>>): Promise<unknown>;
  explain(query: Readonly<Record<string, string>>): Promise<ExplanationDocument>;
}

export interface WorldOptions {
  readonly others?: readonly PlimsollRoute[];
  readonly log?: readonly string[];
  readonly signals?: Readonly<Record<string, unknown>>;
}

export async function explainWorld({ others = [], log = [], signals = {} }: WorldOptions = {}): Promise<ExplainWorld> {
  const clock = new VirtualClock(START_MS);
  const fetch: Fetch = async ({ job }) => {
    const text = job === 'exporter' ? exporter(0) : TARGETS[job]?.((clock.nowMs() - START_MS) / 1000);
    if (text === undefined) return { kind: 'failed', error: { failure: 'refused', message: `connection refused at ${job}:8002` } };
    return { kind: 'body', bytes: new TextEncoder().encode(text) };
  };
  const settings = settingsOf('the test', [
    { path: ['models'], value: { pipeline: { kind: 'ensemble' }, resnet: { kind: 'leaf' } } },
    { path: ['signals'], value: signals },
    { path: ['scrape_configs'], value: jobs() },
  ]);
  const plimsoll = wire({ settings, clock, log: silentLog, meter: nullMeter, fetch });
  void plimsoll.scraper.start(new AbortController().signal);
  await clock.advance(RUN_MS);
  const checks = { live: [{ name: 'scrape-loop', check: () => ({ ok: true, why: 'scrapes go on' }) }], ready: [] };
  const routes = plimsollRoutes({ plimsoll, clock, registry: new Registry(), version: '1.2.3', lastLog: () => log, others, ...checks });
  const ask = async (path: string, query: Readonly<Record<string, string>> = {}): Promise<unknown> => {
    const route = routes.find((one) => one.path === path);
    if (route === undefined) throw new Error(`no route ${path}`);
    try {
      return await route.answer({ query: new URLSearchParams(query), abortSignal: new AbortController().signal });
    } catch (error) {
      if (error instanceof ApiError) return { code: error.code, error: error.message };
      throw error;
    }
  };
  return { plimsoll, clock, routes, ask, explain: async (query) => (await ask('/explain', query)) as ExplanationDocument };
}

function jobs(): readonly object[] {
  const labels = { namespace: 'demo', node: 'n1' };
  const tritons = Object.keys(TARGETS).map((name) => ({
    job_name: name,
    static_configs: [{ targets: [`${name}:8002`], labels: { ...labels, pod: name, deployment: name === 'old' ? 'old' : 'triton' } }],
  }));
  return [...tritons, { job_name: 'exporter', source: 'dcgm', static_configs: [{ targets: ['exporter:9400'], labels: { node: 'n1' } }] }];
}
