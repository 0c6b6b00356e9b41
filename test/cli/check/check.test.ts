// plimsoll check on files of prometheus-adapter: what it tells, and its exit code.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { serve } from '../../metrics-api/http.ts';
import { type Outcome, plimsoll } from '../support.ts';

const QUEUE = `
- seriesQuery: 'nv_inference_pending_request_count{namespace!="",pod!=""}'
  resources: {overrides: {namespace: {resource: namespace}, pod: {resource: pod}}}
  name: {as: waiting}
  metricsQuery: 'sum(<<.Series>>{<<.LabelMatchers>>}) by (<<.GroupBy>>)'`;
const RATE = `
- seriesQuery: 'nv_inference_count'
  resources: {template: <<.Resource>>}
  name: {matches: '^nv_(.*)_count$', as: '\${1}_per_second'}
  metricsQuery: 'sum(rate(<<.Series>>{<<.LabelMatchers>>}[1m])) by (<<.GroupBy>>)'`;
const MISSING = `
- seriesQuery: 'nv_inference_counts'
  resources: {template: <<.Resource>>}
  metricsQuery: 'sum(rate(<<.Series>>{<<.LabelMatchers>>}[1m])) by (<<.GroupBy>>)'`;

const EXPOSITION = `# TYPE nv_inference_count counter
nv_inference_count{model="m",version="1"} 3
# TYPE nv_inference_pending_request_count gauge
nv_inference_pending_request_count{model="m",version="1"} 0
`;

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'plimsoll-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

async function written(text: string, name = 'rules.yaml'): Promise<string> {
  const path = join(await folder(), name);
  await writeFile(path, text);
  return path;
}

async function check(text: string, ...args: readonly string[]): Promise<Outcome> {
  return plimsoll(['check', ...args, await written(text)], { stop: new AbortController().signal });
}

async function fromExposition(text: string, ...args: readonly string[]): Promise<Outcome> {
  return check(text, '--from', await written(EXPOSITION, 'metrics.txt'), ...args);
}

it('without series it tells queries and traps', async () => {
  const { code, out, err } = await check(`rules:${RATE}${QUEUE}`);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toBe(`rules[0]  nv_inference_count
  asks     sum(rate(nv_inference_count{namespace="default",pod="name"}[1m])) by (pod)

rules[1]  nv_inference_pending_request_count{namespace!="",pod!=""}
  asks     sum(nv_inference_pending_request_count{namespace="default",pod="name"}) by (pod)
  warning  queue-alone: nv_inference_pending_request_count is 0 until a server is saturated: an autoscaler that follows the queue alone acts late and swings; triton_inflight_requests of the catalogue is linear in load

2 rules, held against no series: give --from or --url; 0 errors, 1 warning
`);
});

describe('held against an exposition', () => {
  it('it tells what is served, and about what', async () => {
    const { code, out } = await fromExposition(
      `rules:${RATE}externalRules:${RATE}`.replace('"externalRules', '"\nexternalRules').replace(")'externalRules", ")'\nexternalRules"),
    );
    expect(code).toBe(0);
    expect(out).toContain('  serves   inference_per_second of jobs.batch, namespaces, pods, of nv_inference_count\n');
    expect(out).toContain('externalRules[0]  nv_inference_count\n');
    expect(out).toContain('  serves   inference_per_second, of nv_inference_count\n');
    expect(out).toMatch(/\n2 rules, 2 of them with series now; 0 errors, 0 warnings\n$/);
  });

  it('what matches nothing will not work, and it says why', async () => {
    const { code, out } = await fromExposition(`rules:${RATE}${MISSING}`);
    expect(code).toBe(1);
    expect(out).toContain(
      '  error    no-series: it makes no metric now: no series is called nv_inference_counts; did you mean nv_inference_count?\n',
    );
    expect(out).toMatch(/\n2 rules, 1 of them with series now; 1 error, 0 warnings\n$/);
  });

  it.each([
    {
      name: 'a name of the catalogue',
      rules: QUEUE.replace('waiting', 'triton_pending_requests'),
      code: 1,
      finding: 'error    name-of-catalogue: triton_pending_requests is a metric of the catalogue, which is served instead',
    },
    {
      name: 'a metric made twice',
      rules: QUEUE + QUEUE,
      code: 0,
      finding: 'warning  made-twice: waiting of namespaces is made by rules[0] too; the later rule is served',
    },
    {
      name: 'a metric made of two series',
      rules: QUEUE.replace('nv_inference_pending_request_count{', '{__name__=~"nv_.*",'),
      code: 0,
      finding: 'warning  made-of-several: waiting of namespaces is made of several names of series',
    },
    {
      name: 'types that the target declares',
      rules: RATE.replaceAll('nv_inference_count', 'nv_inference_pending_request_count'),
      code: 0,
      finding: 'warning  rate-of-gauge',
    },
    {
      name: 'traps of the series that are there',
      rules: RATE.replace("'nv_inference_count'", '\'{__name__=~"nv_.*_count"}\'')
        .replace('_count$', '')
        .replace('rate(<<.Series>>{<<.LabelMatchers>>}[1m])', '<<.Series>>{<<.LabelMatchers>>}'),
      code: 0,
      finding: 'warning  raw-counter: the counter nv_inference_count only grows',
    },
  ])('$name', async ({ rules, code: expected, finding }) => {
    const { code, out } = await fromExposition(`rules:${rules}`);
    expect({ code, out }).toEqual({ code: expected, out: expect.stringContaining(finding) });
  });

  it('JSON has the same', async () => {
    const { code, out } = await fromExposition(`rules:${QUEUE}`, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      rules: [
        {
          rule: 'rules[0]',
          seriesQuery: 'nv_inference_pending_request_count{namespace!="",pod!=""}',
          query: 'sum(nv_inference_pending_request_count{namespace="default",pod="name"}) by (pod)',
          metrics: [{ name: 'waiting', objects: ['namespaces', 'pods'], series: 'nv_inference_pending_request_count' }],
          findings: [{ level: 'warning', code: 'queue-alone', message: expect.stringContaining('is 0 until a server is saturated') }],
        },
      ],
    });
  });
});

describe('held against a server', () => {
  const asked: URL[] = [];
  const answering =
    (code: number, body: string): RequestListener =>
    (request, response) => {
      asked.push(new URL(request.url ?? '', 'http://x'));
      response.writeHead(code, { 'content-type': 'application/json' }).end(body);
    };

  it.each(['--url', '--server'])('%s: it asks for the series of all rules', async (flag) => {
    asked.length = 0;
    const series = [{ __name__: 'nv_inference_pending_request_count', namespace: 'ns', pod: 'a' }];
    const port = await serve(answering(200, JSON.stringify({ status: 'success', data: series })));
    const { code, out } = await check(`rules:${QUEUE}${MISSING}${QUEUE}`, flag, `http://127.0.0.1:${port}/base`);
    expect(code).toBe(1);
    expect(out).toContain('  serves   waiting of namespaces, pods, of nv_inference_pending_request_count\n');
    expect(asked.map(({ pathname }) => pathname)).toEqual(['/base/api/v1/series']);
    const [{ searchParams } = new URL('http://x')] = asked;
    expect(searchParams.getAll('match[]')).toEqual(['nv_inference_pending_request_count{namespace!="",pod!=""}', 'nv_inference_counts']);
    expect(Number(searchParams.get('end')) - Number(searchParams.get('start'))).toBe(300);
  });

  it('many rules are asked for in several requests', async () => {
    asked.length = 0;
    const port = await serve(answering(200, '{"data":[]}'));
    const rules = Array.from({ length: 200 }, (_, index) => MISSING.replace('counts', `${'x'.repeat(100)}_${index}`)).join('');
    expect((await check(`rules:${rules}`, '--url', `http://127.0.0.1:${port}`)).code).toBe(1);
    expect(asked.flatMap(({ searchParams }) => searchParams.getAll('match[]'))).toHaveLength(200);
    expect(asked.length).toBeGreaterThan(4);
    expect(Math.max(...asked.map(({ href }) => href.length))).toBeLessThan(8000);
  });

  it.each([
    [answering(200, '{}'), 'its answer has no list of them; is it a Plimsoll or a Prometheus?'],
    [answering(200, '<html>'), 'it is no JSON'],
    [answering(503, '{"status":"error","error":"not now"}'), 'not now'],
  ])('an answer that is none: %#', async (listener, message) => {
    const port = await serve(listener);
    const { code, err } = await check(`rules:${QUEUE}`, '--url', `http://127.0.0.1:${port}`);
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining(message) });
  });
});

it('the configuration says how often targets are read', async () => {
  const config = await written('scrape: {interval: 30s}\n', 'plimsoll.yaml');
  const { code, out } = await check(`rules:${RATE}`, '--config', config);
  expect({ code, out }).toEqual({
    code: 0,
    out: expect.stringContaining('warning  short-window: [60s] is less than four scrape intervals of 30 s'),
  });
});

it('a file that cannot be used is told with all that is wrong', async () => {
  const { code, out } = await check('rules: [{seriesQuery: "x{"}]\nresource: 1');
  expect(code).toBe(1);
  expect(out).toMatch(/rules.yaml cannot be used: 1 problem\n {2}resource: unknown key/);
  const json = await check(`rules:${QUEUE.replace('sum(', 'sum((')}`, '--json');
  expect(json.code).toBe(1);
  expect(JSON.parse(json.out)).toEqual({
    problems: [{ path: 'rules[0].metricsQuery', message: expect.stringMatching(/^cannot parse .*: 1:\d+: parse error/) }],
  });
});

it.each([
  { args: [], message: 'cannot run plimsoll check: it takes one file, got 0; see plimsoll check --help' },
  { args: ['a', 'b'], message: 'it takes one file, got 2' },
  { args: ['no-such-file'], message: 'cannot read "no-such-file": there is no such file' },
  { args: ['--from', 'a', '--url', 'b', 'c'], message: 'it takes --from or --url, not both' },
  { args: ['--url', 'ftp://x', 'no-such-file'], message: '--url is "ftp://x"; expected a URL such as' },
  { args: ['--url', 'http://a:b@x', 'no-such-file'], message: '--url must not carry a password' },
  { args: ['--nope', 'a'], message: 'there is no option "--nope"' },
])('$args has exit code 2', async ({ args, message }) => {
  const { code, err, out } = await plimsoll(['check', ...args], { stop: new AbortController().signal });
  expect({ code, err, out }).toEqual({ code: 2, err: expect.stringContaining(message), out: '' });
});

it('what rules and servers say does not move a cursor', async () => {
  const { out } = await check(`rules:${QUEUE.replace('waiting', '"a\\e[2J"')}`, '--from', await written(EXPOSITION, 'metrics.txt'));
  expect(out).not.toContain('\u001b');
});
