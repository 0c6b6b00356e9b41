// The API on a whole Plimsoll: where it is mounted, who may ask, and what it says of samples, families and targets that were read.
import { describe, expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import type { Admit } from '../../src/model/admission.ts';
import { type Call, call, serve } from '../metrics-api/http.ts';
import { START_MS } from './support/feed.ts';
import { facesOf, LAST_MS, scraped } from './support/scraped.ts';
import { createWorld, failing, tritons, type World } from './support/world.ts';

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

describe('what Prometheus has behind --enable-feature', () => {
  const EXPERIMENT = 'query=sort_by_label(up,"pod")';
  const worldWith = (enable_features: readonly string[]): World => {
    const { config, ...rest } = tritons('a');
    return createWorld({ ...rest, config: configSchema.parse({ scrape_configs: [], enable_features }) }, failing);
  };
  const codes = async (features: readonly string[]): Promise<unknown[]> => {
    const port = await serve(facesOf(worldWith(features)).telemetry);
    const paths = [`query?${EXPERIMENT}`, `query?lookback_delta=1m&${EXPERIMENT}`, `parse_query?${EXPERIMENT}`];
    return Promise.all(paths.map(async (path) => (await ask(port, { path: `/api/v1/${path}` })).code));
  };

  it('is refused, and answered where the configuration enables it by its name', async () => {
    expect(await codes([])).toEqual([400, 400, 400]);
    expect(await codes(['promql-experimental-functions'])).toEqual([200, 200, 200]);
  });

  it('is told among the flags', async () => {
    const port = await serve(facesOf(worldWith(['promql-delayed-name-removal'])).telemetry);
    expect((await ask(port, { path: '/api/v1/status/flags' })).json).toMatchObject({
      data: { 'enable-feature': 'promql-delayed-name-removal' },
    });
  });
});
