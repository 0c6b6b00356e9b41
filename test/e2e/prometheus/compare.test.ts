// The same questions to Plimsoll and to a real Prometheus that scrapes it: by HTTP and by promtool, at a time two intervals back.
import { execFile } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPrometheus } from './programs.ts';
import { INTERVAL_S, openRig, type Rig } from './rig.ts';

const found = await findPrometheus({ env: process.env, progress: (line) => void process.stderr.write(`${line}\n`) });
if (found.kind === 'skipped') {
  process.stderr.write(`skipped: ${found.why}\n`);
  describe('against a real Prometheus', () => it.skip(`needs Prometheus: ${found.why}`));
}

const run = promisify(execFile);
/** Rates over a minute, and some scrapes before and after. */
const WARM_UP_MS = 90_000;
/** Sums are taken in the order of the series, which may differ. */
const TOLERANCE = 1e-12;

describe.runIf(found.kind === 'ready')('against a real Prometheus', () => {
  let rig: Rig;
  let at: number;
  const promtool = found.kind === 'ready' ? found.programs.promtool : '';

  beforeAll(async () => {
    if (found.kind !== 'ready') return;
    rig = await openRig(found.programs);
    await setTimeout(WARM_UP_MS);
    at = Math.floor(Date.now() / 1000) - 2 * INTERVAL_S;
  });
  afterAll(() => rig?.close());

  const both = <Result>(ask: (server: string) => Promise<Result>) => Promise.all([ask(rig.plimsoll), ask(rig.prometheus)]);
  const get = (server: string, path: string, form?: string) =>
    fetch(`${server}/api/v1${path}`, form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }).then(
      async (response) => ({ code: response.status, json: (await response.json()) as { readonly data: readonly unknown[] } }),
    );

  const QUERIES = [
    'nv_inference_count',
    'sort(nv_inference_pending_request_count{pod!=""})',
    'sum by (pod) (rate(nv_inference_request_success[1m]))',
    'sum by (model) (increase(nv_inference_queue_duration_us[1m])) / 1e6',
    'gpu_utilization_ratio',
    'count by (__name__) ({__name__=~"nv_.+|DCGM_.+|gpu_.+|triton_.+"})',
    'up{job!="plimsoll"}',
    'avg_over_time(gpu_power_watts[30s])',
    'nv_inference_count{pod="none"}',
    'absent(none{a="b"})',
    'scalar(count(nv_inference_count)) / 0',
    '-1/0',
    'vector(0.0000001) or vector(1e21)',
    '"text"',
    'nv_inference_count[10s]',
    'gpu_utilization_ratio{source="dcgm"} * on (uuid) group_left (pod) gpu_owner',
    'gpu_utilization_ratio * on (uuid) gpu_utilization_ratio',
  ];

  it.each(QUERIES)('%s, at an instant', async (query) => {
    const parameters = new URLSearchParams({ query, time: String(at) }).toString();
    const [ours, theirs] = await both((server) => get(server, `/query?${parameters}`));
    expect(ours.code).toBe(theirs.code);
    expectAlike(ours.json, theirs.json);
  });

  it.each(QUERIES.filter((query) => !query.endsWith(']') && !query.startsWith('"')))('%s, over a range', async (query) => {
    const form = new URLSearchParams({ query, start: String(at - 30), end: String(at), step: '3' }).toString();
    const [ours, theirs] = await both((server) => get(server, '/query_range', form));
    expect(ours.code).toBe(theirs.code);
    expectAlike(ours.json, theirs.json);
  });

  it.each([
    '/query?query=sum(',
    '/query',
    '/query?query=x&time=y',
    '/query?query=x&timeout=y',
    '/query?query=x&limit=-1',
    '/query?query=x&limit=y',
    '/query?query=x&lookback_delta=y',
    '/query_range?query=x&start=1&end=0&step=1',
    '/query_range?query=x&start=0&end=100000&step=1',
    '/query_range?query=x&start=0&end=1&step=0',
    '/query_range?query=x&start=0&end=1',
    '/query_range?query="x"&start=0&end=1&step=1',
    '/series',
    '/series?match[]=sum(x)',
    '/series?match[]={}',
    '/labels?start=x',
    '/label/a/values?limit=x',
    '/query_exemplars?query=x&start=2&end=1',
    '/metadata?limit=x',
    '/targets/metadata?limit=x',
    '/rules?type=x',
    '/status/tsdb?limit=0',
    '/format_query?query=sum by(a)(x{b="c"})/2',
    '/parse_query?query=sum by(a)(rate(x{b="c"}[5m] offset 1m)) / on (a) group_left(b) topk(1, -y @ 5)',
    '/alerts',
    '/rules',
    '/alertmanagers',
  ])('%s', async (path) => {
    const [ours, theirs] = await both((server) => get(server, encodeURI(path).replaceAll('%5B%5D', '[]')));
    expect(ours).toEqual(theirs);
  });

  it.each(['/series?match[]=nv_inference_count', '/labels?match[]=nv_inference_count', '/label/pod/values?match[]=nv_inference_count'])(
    '%s',
    async (path) => {
      const [ours, theirs] = await both((server) => get(server, `${path}&start=${at - 20}&end=${at}`));
      expect(ours.json.data.length).toBeGreaterThan(0);
      // Of one selector Prometheus lists series as it met them.
      const sorted = (list: readonly unknown[]) => list.map((item) => JSON.stringify(item)).sort();
      expect(sorted(ours.json.data)).toEqual(sorted(theirs.json.data));
    },
  );

  it.each<[string, (server: string) => readonly string[]]>([
    ['instant', (server) => ['instant', `--time=${at}`, server, 'sort(nv_inference_count)']],
    ['instant, as JSON', (server) => ['-o', 'json', 'instant', `--time=${at}`, server, 'sum(nv_inference_count)']],
    ['range', (server) => ['range', `--start=${at - 10}`, `--end=${at}`, '--step=5s', server, 'sum(nv_inference_count)']],
    ['series', (server) => ['series', `--start=${at - 20}`, `--end=${at}`, '--match=nv_inference_count', server]],
    ['labels', (server) => ['labels', `--start=${at - 20}`, `--end=${at}`, '--match=nv_inference_count', server, 'pod']],
  ])('promtool query %s', async (_, args) => {
    const [ours, theirs] = await both(async (server) => (await run(promtool, ['query', ...args(server)])).stdout);
    const lines = (text: string) => text.trim().split('\n').sort();
    expect(lines(ours ?? '').length).toBeGreaterThan(0);
    expect(lines(ours ?? '')).toEqual(lines(theirs ?? ''));
  });
});

/** Equal but for the last digits of numbers, and the order of a vector, which means nothing. */
function expectAlike(ours: unknown, theirs: unknown): void {
  const left = arranged(ours);
  const right = arranged(theirs);
  expect(left.shape).toEqual(right.shape);
  for (const [index, value] of left.numbers.entries()) {
    const other = right.numbers[index] ?? Number.NaN;
    if (Number.isNaN(value) && Number.isNaN(other)) continue;
    if (value !== other) expect(Math.abs(value - other)).toBeLessThanOrEqual(TOLERANCE * Math.abs(other));
  }
}

/** Everything but the values of samples, and these. */
function arranged(json: unknown): { readonly shape: unknown; readonly numbers: readonly number[] } {
  const { data, errorType } = json as { data?: { result: unknown }; errorType?: string };
  // Which of several series a message names first is nobody's promise.
  if (errorType !== undefined) return { shape: errorType, numbers: [] };
  const result: readonly unknown[] = Array.isArray(data?.result) ? data.result : [];
  const series = result
    .filter((one) => typeof one === 'object')
    .map((one) => one as { metric?: object; value?: unknown[]; values?: unknown[][] });
  if (series.length === 0) return { shape: json, numbers: [] };
  const sorted = series.toSorted((one, other) => (JSON.stringify(one.metric) < JSON.stringify(other.metric) ? -1 : 1));
  const samples = sorted.flatMap(({ value, values }) => values ?? [value ?? []]);
  // Of samples themselves the times are floored to milliseconds by both.
  const shape = sorted.map(({ metric, value, values }) => ({ metric, times: (values ?? [value ?? []]).map(([time]) => time) }));
  return { shape, numbers: samples.map(([, value]) => Number(String(value).replace('Inf', 'Infinity'))) };
}
