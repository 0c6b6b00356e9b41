// The API on a whole Plimsoll: where it is mounted, who may ask, and what it says of samples, families and targets that were read.
import { describe, expect, it } from 'vitest';
import { createFaces, type Faces } from '../../src/app/faces.ts';
import { openRecording } from '../../src/app/recording.ts';
import { createRegistryMeter } from '../../src/exporter/meter.ts';
import type { Admit } from '../../src/model/admission.ts';
import { silentLog } from '../../src/model/log.ts';
import { nullMeter } from '../../src/model/meter.ts';
import { type Call, call, serve } from '../metrics-api/http.ts';
import { START_MS } from './support/feed.ts';
import { createWorld, saying, tritons, type World } from './support/world.ts';

const TEXT = `# HELP nv_inference_pending_request_count Instantaneous number of pending requests awaiting execution per-model.
# TYPE nv_inference_pending_request_count gauge
nv_inference_pending_request_count{model="m",version="1"} 3
# HELP nv_gpu_utilization GPU utilization rate
# TYPE nv_gpu_utilization gauge
nv_gpu_utilization{gpu_uuid="GPU-1"} 0.5
`;
/** The third scrape of three. */
const LAST_MS = START_MS + 10_000;

async function scraped(names: readonly string[]): Promise<World> {
  const world = createWorld(tritons(...names), saying(TEXT));
  for (let scrape = 0; scrape < 3; scrape += 1) {
    if (scrape > 0) await world.clock.advance(5000);
    world.plimsoll.scraper.tick();
    await world.plimsoll.scraper.idle();
  }
  return world;
}

function facesOf({ plimsoll, clock }: World, telemetry?: Admit): Faces {
  const recording = openRecording({ config: plimsoll.config(), clock, meter: nullMeter });
  const rest = { log: silentLog, version: '1', lastLog: () => [], isStopping: () => false };
  const admission = telemetry && { telemetry, checks: [] };
  return createFaces({ plimsoll, clock, recording, ...createRegistryMeter(), ...rest, admission });
}

async function ask(port: number, asked: Call): Promise<{ readonly code: number | undefined; readonly json: unknown }> {
  const { code, body } = await call(port, asked);
  return { code, json: JSON.parse(body) };
}

const up = (pod: string) => ({ __name__: 'up', instance: `${pod}:8002`, job: pod, namespace: 'demo', pod });

describe('a Plimsoll that has read two Tritons', async () => {
  const world = await scraped(['a', 'b']);
  const serveTelemetry = () => serve(facesOf(world).telemetry);
  const get = async (path: string) => ask(await serveTelemetry(), { path });
  const data = async (path: string) => ((await get(path)).json as { data: unknown }).data;

  it('answers queries', async () => {
    const seconds = LAST_MS / 1000;
    expect(await get(`/api/v1/query?query=sum(nv_inference_pending_request_count)`)).toEqual({
      code: 200,
      json: { status: 'success', data: { resultType: 'vector', result: [{ metric: {}, value: [seconds, '6'] }] } },
    });
    const range = `query=up{pod="a"}&start=${seconds - 10}&end=${seconds}&step=5`;
    expect(await data(`/api/v1/query_range?${range}`)).toEqual({
      resultType: 'matrix',
      result: [{ metric: up('a'), values: [-10, -5, 0].map((age) => [seconds + age, '1']) }],
    });
    expect(await get('/api/v1/query?query=sum(')).toMatchObject({ code: 400, json: { errorType: 'bad_data' } });
  });

  it('looks back as far as it is told', async () => {
    const at = `/api/v1/query?query=up&time=${LAST_MS / 1000 + 100}`;
    expect(await data(at)).toMatchObject({ result: { length: 2 } });
    for (const lookback of ['99', '99', '1m'])
      expect(await data(`${at}&lookback_delta=${lookback}`)).toMatchObject({ result: { length: 0 } });
    expect(await data(`${at}&lookback_delta=101`)).toMatchObject({ result: { length: 2 } });
  });

  it('lists series, labels and values', async () => {
    expect(await data('/api/v1/series?match[]=up')).toEqual([up('a'), up('b')]);
    expect(await data(`/api/v1/series?match[]=up&end=${START_MS / 1000 - 1}`)).toEqual([]);
    expect(await data('/api/v1/label/pod/values')).toEqual(['a', 'b']);
    expect(await data('/api/v1/label/pod/values?match[]=up{pod="b"}')).toEqual(['b']);
    expect(await data('/api/v1/label/__name__/values?match[]={__name__=~"nv_.*"}')).toEqual([
      'nv_gpu_utilization',
      'nv_inference_pending_request_count',
    ]);
    expect(await data('/api/v1/labels?match[]=up')).toEqual(['__name__', 'instance', 'job', 'namespace', 'pod']);
    expect(await data('/api/v1/status/tsdb?limit=1')).toMatchObject({ headStats: { numSeries: expect.any(Number), maxTime: LAST_MS } });
  });

  it('knows families, and the canonical ones that they feed', async () => {
    expect(await data('/api/v1/metadata')).toEqual({
      gpu_utilization_ratio: [{ type: 'gauge', unit: 'ratio', help: 'Share of the last sample period in which at least one kernel ran.' }],
      nv_gpu_utilization: [{ type: 'gauge', unit: '', help: 'GPU utilization rate' }],
      nv_inference_pending_request_count: [
        { type: 'gauge', unit: '', help: 'Instantaneous number of pending requests awaiting execution per-model.' },
      ],
    });
    expect(await data('/api/v1/targets')).toMatchObject({ activeTargets: [{ health: 'up', scrapePool: 'a' }, { scrapePool: 'b' }] });
  });

  it('shows retention and version', async () => {
    expect(await data('/api/v1/status/runtimeinfo')).toMatchObject({ storageRetention: '5m', serverTime: new Date(LAST_MS).toISOString() });
    expect(await data('/api/v1/status/buildinfo')).toMatchObject({ revision: 'plimsoll-1' });
  });
});

describe('who may ask', () => {
  it('is judged by method and path, forms included, before anything is read', async () => {
    const judged: string[] = [];
    const admit: Admit = async ({ method, target }) => {
      judged.push(`${method} ${target}`);
      if (target.includes('secret')) return { kind: 'refused', code: 403, message: 'no' };
      return { kind: 'admitted', user: 'u' };
    };
    const port = await serve(facesOf(await scraped(['a']), admit).telemetry);
    const form = { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'query=up' };
    expect(await ask(port, { path: '/api/v1/query', ...form })).toMatchObject({ code: 200, json: { data: { result: { length: 1 } } } });
    expect((await call(port, { path: '/api/v1/query?query=secret', ...form })).code).toBe(403);
    expect(judged).toEqual(['POST /api/v1/query', 'POST /api/v1/query?query=secret']);
  });
});
