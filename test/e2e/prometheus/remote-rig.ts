// A collector that scrapes the demo fleet and one Triton more, which can be ended; a real Prometheus that federates it; and both engines beside each other.
import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openRemoteEngine } from '../../../src/app/remote-engine.ts';
import { openServer, type Server } from '../../../src/app/server.ts';
import { settingsOf } from '../../../src/app/settings.ts';
import type { RemoteBook } from '../../../src/discovery/remote/book.ts';
import { demoFleet } from '../../../src/fleet/demo.ts';
import { createFleet, type Endpoint, type Fleet } from '../../../src/fleet/fleet.ts';
import { type ServedFleet, serveFleet } from '../../../src/fleet/serve.ts';
import { type Clock, systemClock } from '../../../src/lib/clock.ts';
import { silentLog } from '../../../src/model/log.ts';
import { nullMeter } from '../../../src/model/meter.ts';
import type { Signals } from '../../../src/model/signal.ts';
import { createSignals } from '../../../src/signals/signals.ts';
import type { PrometheusPrograms } from './programs.ts';
import { type Federating, INTERVAL_S, prometheusConfig, startFederating } from './rig.ts';

export const INTERVAL_MS = INTERVAL_S * 1000;
/** The Triton that can be ended. */
export const VICTIM = { namespace: 'demo', name: 'victim' };

export interface RemoteRig {
  /** The same questions as of an instant, by each engine. */
  asOf(atMs: number): { readonly embedded: Signals; readonly remote: Signals };
  /** By the remote engine, now. */
  readonly remote: Signals;
  readonly book: RemoteBook;
  endVictim(): Promise<void>;
  endCollector(): Promise<void>;
  close(): Promise<void>;
}

/** Settles when Prometheus is ready; nothing need be in it yet. */
export async function openRemoteRig(programs: PrometheusPrograms): Promise<RemoteRig> {
  const clock = systemClock();
  const fleet = createFleet(demoFleet(), { seed: 1, startMs: clock.nowMs() });
  const served = await serveFleet(fleet, { clock, host: '127.0.0.1' });
  const victim = await serveTriton(clock);
  const server = await openCollector(fleet, { served, victim });
  const stop = new AbortController();
  const ran = server.run(stop.signal);
  const prometheus = await startFederating(programs, prometheusConfig(new URL(server.telemetryUrl).host));
  const engine = openEngine(prometheus, clock);
  const stopFollowing = new AbortController();
  const following = engine.follow(() => {}, stopFollowing.signal);
  const endCollector = async (): Promise<void> => {
    stop.abort();
    await ran;
  };
  const { plimsoll } = server;
  const config = { ...plimsoll.config(), limits: { ...plimsoll.config().limits, query_timeout: PATIENCE_MS } };
  const common = { inventory: plimsoll.inventory, config: () => config, startedMs: clock.nowMs(), meter: nullMeter };
  const remoteAt = (at: Clock): Signals =>
    createSignals({ ...common, clock: at, engine: engine.engine, book: engine.book, careful: 'always' });
  return {
    asOf: (atMs) => {
      const at = { nowMs: () => atMs, sleep: clock.sleep };
      return { embedded: createSignals({ ...common, clock: at, engine: plimsoll.engine, book: plimsoll.book }), remote: remoteAt(at) };
    },
    remote: remoteAt(clock),
    book: engine.book,
    endVictim: () => closed(victim),
    endCollector,
    close: async () => {
      await endCollector();
      stopFollowing.abort();
      await following;
      await engine.engine.close();
      await Promise.all([prometheus.close(), served.close(), closed(victim)]);
    },
  };
}

/** What is asked as of the past would be late already. */
const PATIENCE_MS = 600_000;

function openEngine({ url }: Federating, clock: Clock) {
  const { config } = settingsOf('the test', [
    { path: ['scrape', 'interval'], value: `${INTERVAL_S}s` },
    { path: ['engine', 'remote'], value: { url, bucket: '1s' } },
  ]);
  const { remote: settings } = config.engine;
  if (settings === undefined) throw new Error('no remote engine is configured');
  return openRemoteEngine({ config, settings, clock, log: silentLog, meter: nullMeter, version: '0' });
}

async function openCollector(
  fleet: Fleet,
  { served, victim }: { readonly served: ServedFleet; readonly victim: HttpServer },
): Promise<Server> {
  const jobs = (['triton', 'dcgm'] as const).map((source) => ({
    job_name: source,
    source,
    static_configs: fleet
      .endpoints()
      .filter((endpoint) => endpoint.source === source)
      .map((endpoint) => endpointConfig(endpoint, served)),
  }));
  const port = (victim.address() as AddressInfo).port;
  const { namespace, name: pod } = VICTIM;
  const more = {
    job_name: 'victim',
    triton_api: { enabled: false },
    static_configs: [{ targets: [`127.0.0.1:${port}`], labels: { namespace, pod } }],
  };
  const settings = settingsOf('the test', [
    { path: ['scrape', 'interval'], value: `${INTERVAL_S}s` },
    { path: ['metrics_api', 'listen'], value: '127.0.0.1:0' },
    { path: ['telemetry', 'listen'], value: '127.0.0.1:0' },
    { path: ['scrape_configs'], value: [...jobs, more] },
  ]);
  return openServer({ settings, version: '0', writeLog: () => {} });
}

function endpointConfig(endpoint: Endpoint, { urls, apiUrls }: ServedFleet) {
  const { id, labels, namespace, pod } = endpoint;
  const apiUrl = apiUrls.get(id);
  return {
    targets: [new URL(urls.get(id) ?? '').host],
    labels: { ...labels, namespace, pod },
    ...(apiUrl !== undefined && { triton_api_port: Number(new URL(apiUrl).port) }),
  };
}

/** One model whose counters grow with the clock. */
async function serveTriton(clock: Clock): Promise<HttpServer> {
  const startMs = clock.nowMs();
  const server = createServer((_request, response) => {
    const seconds = (clock.nowMs() - startMs) / 1000;
    const line = (family: string, value: number): string =>
      `# TYPE ${family} counter\n${family}{model="m",version="1"} ${Math.floor(value)}\n`;
    const durations = ['request', 'queue', 'compute_input', 'compute_infer', 'compute_output'];
    const counts = ['nv_inference_request_success', 'nv_inference_request_failure', 'nv_inference_count', 'nv_inference_exec_count'];
    response.setHeader('Content-Type', 'text/plain');
    response.end(
      [
        ...counts.map((family) => line(family, 10 * seconds)),
        ...durations.map((step) => line(`nv_inference_${step}_duration_us`, 1e6 * seconds)),
        'nv_inference_pending_request_count{model="m",version="1"} 3\n',
      ].join(''),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function closed(server: HttpServer): Promise<void> {
  if (!server.listening) return;
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}
