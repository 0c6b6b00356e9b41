import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { configSchema } from '../../src/config/schema.ts';
import { staticTargets } from '../../src/discovery/static.ts';

type Input = z.input<typeof configSchema>;
type JobInput = NonNullable<Input['scrape_configs']>[number];

function read(jobs: readonly JobInput[], scrape: Input['scrape'] = {}): ReturnType<typeof staticTargets> {
  return staticTargets(configSchema.parse({ scrape, scrape_configs: jobs }));
}

function job(targets: string[], rest: Partial<JobInput> = {}): JobInput {
  return { job_name: 'triton', static_configs: [{ targets }], ...rest };
}

it('reads a target as Prometheus does', () => {
  const { targets, problems } = read([
    {
      job_name: 'edge',
      source: 'dcgm',
      scheme: 'https',
      metrics_path: '/gpu',
      honor_labels: true,
      static_configs: [{ targets: ['gpu-1:9400'], labels: { node: 'n1', instance: 'gpu-one', zone: '' } }],
    },
  ]);
  expect(problems).toEqual([]);
  expect(targets).toEqual([
    {
      id: 'edge|https://gpu-1:9400/gpu',
      job: 'edge',
      source: 'dcgm',
      url: 'https://gpu-1:9400/gpu',
      labels: new Map([
        ['job', 'edge'],
        ['instance', 'gpu-one'],
        ['node', 'n1'],
      ]),
      honorLabels: true,
      intervalMs: 5000,
      timeoutMs: 2500,
    },
  ]);
});

it.each([
  { labels: { pod: 'a' }, namespace: 'default' },
  { labels: { pod: 'a', namespace: 'demo' }, namespace: 'demo' },
  { labels: {}, namespace: undefined },
])('writes the namespace of $labels out as $namespace', ({ labels, namespace }) => {
  const { targets } = read([{ job_name: 'triton', static_configs: [{ targets: ['a:1'], labels }] }]);
  expect(targets[0]?.labels.get('namespace')).toBe(namespace);
});

it.each([
  { name: 'half the default interval', scrape: {}, own: {}, expected: [5000, 2500] },
  { name: 'half the interval of all jobs', scrape: { interval: '10s' }, own: {}, expected: [10_000, 5000] },
  { name: 'half the job’s interval', scrape: {}, own: { scrape_interval: '1s' }, expected: [1000, 500] },
  { name: 'the time-out of all jobs', scrape: { timeout: '3s' }, own: {}, expected: [5000, 3000] },
  { name: 'never more than the job’s interval', scrape: { timeout: '3s' }, own: { scrape_interval: '1s' }, expected: [1000, 1000] },
  { name: 'the job’s own', scrape: { timeout: '3s' }, own: { scrape_timeout: '4s' }, expected: [5000, 4000] },
])('waits for an answer: $name', ({ scrape, own, expected }) => {
  const { targets, problems } = read([job(['a:1'], own)], scrape);
  expect([targets[0]?.intervalMs, targets[0]?.timeoutMs, problems]).toEqual([...expected, []]);
});

it.each(['localhost:8002', '10.0.0.1:1', '[::1]:65535', '[fe80::1.2.3.4]:80', 'triton-0.triton.svc:8002'])('accepts %s', (text) => {
  expect(read([job([text])]).targets.map((target) => target.url)).toEqual([`http://${text}/metrics`]);
});

describe('problems', () => {
  it.each(['localhost', 'a:0', 'a:65536', 'a:b', ':80', '::1:80', 'a b:80', '', 'user@host:80', '[::1]'])('refuses %j', (text) => {
    expect(read([job([text])])).toEqual({
      targets: [],
      problems: [
        {
          path: 'scrape_configs[0].static_configs[0].targets[0]',
          message: `cannot read target ${JSON.stringify(text.replace('user', '…'))}: it is not host:port; write host:port such as 10.0.0.7:8002 or [::1]:8002`,
        },
      ],
    });
  });

  it('tells where the parts of a URL go', () => {
    expect(read([job(['http://a:8002/metrics'])]).problems[0]?.message).toBe(
      'cannot read target "http://a:8002/metrics": it is not host:port; write host:port here, the protocol under scheme and the path under metrics_path',
    );
  });

  it.each([
    { source: 'triton', name: 'model' },
    { source: 'dcgm', name: 'UUID' },
  ] as const)('refuses the label $name on a $source target', ({ source, name }) => {
    const static_configs = [{ targets: ['a:1'], labels: { [name]: 'x' } }];
    expect(read([job([], { source, static_configs })]).problems).toEqual([
      {
        path: `scrape_configs[0].static_configs[0].labels.${name}`,
        message: `cannot give a ${source} target the label "${name}": the series of ${source} have it themselves; choose another name`,
      },
    ]);
  });

  it('reports all of them and keeps the good targets', () => {
    const { targets, problems } = read([job(['a:1', 'b', 'a:1']), job(['c:1'], { scrape_interval: '1s', scrape_timeout: '2s' })]);
    expect(targets.map((target) => target.id)).toEqual(['triton|http://a:1/metrics', 'triton|http://c:1/metrics']);
    expect(problems.map((problem) => [problem.path, problem.message.split(';')[0]])).toEqual([
      ['scrape_configs[0].static_configs[0].targets[1]', 'cannot read target "b": it is not host:port'],
      ['scrape_configs[0].static_configs[0].targets[2]', 'cannot add target "a:1": job "triton" has it already'],
      ['scrape_configs[1].job_name', 'cannot add job "triton": another job has this name'],
      ['scrape_configs[1].scrape_timeout', 'cannot wait 2000 ms for an answer: the scrape interval is 1000 ms'],
    ]);
  });
});

describe('the API of a Triton', () => {
  it.each([
    { name: 'port 8000 of the same host', job: {}, apiUrl: 'http://t:8000' },
    { name: 'another port', job: { triton_api: { port: 9000 } }, apiUrl: 'http://t:9000' },
    { name: 'the scheme of the job', job: { scheme: 'https' }, apiUrl: 'https://t:8000' },
    { name: 'a scheme of its own', job: { scheme: 'https', triton_api: { scheme: 'http' } }, apiUrl: 'http://t:8000' },
    { name: 'not asked', job: { triton_api: { enabled: false } }, apiUrl: undefined },
    { name: 'no Triton', job: { source: 'dcgm' }, apiUrl: undefined },
  ] as const)('$name', ({ job: rest, apiUrl }) => {
    expect(read([job(['t:8002'], rest)]).targets.map((target) => target.apiUrl)).toEqual([apiUrl]);
  });

  it('is not asked where several servers would share it', () => {
    const { targets } = read([job(['t:8002', 't:8012', 'u:8002'])]);
    expect(targets.map((target) => target.apiUrl)).toEqual([undefined, undefined, 'http://u:8000']);
  });

  it('has a port of its own where targets share a host, and is found at IPv6 addresses', () => {
    const { targets } = read([{ job_name: 'triton', static_configs: [{ targets: ['[::1]:8002'], triton_api_port: 8010 }] }]);
    expect(targets.map((target) => target.apiUrl)).toEqual(['http://[::1]:8010']);
  });
});

describe('relabel_configs', () => {
  const rules = (relabel_configs: NonNullable<JobInput['relabel_configs']>, targets = ['a:1', 'b:2']): ReturnType<typeof read> =>
    read([job(targets, { relabel_configs })]);

  it('keep, drop and rewrite targets', () => {
    const { targets, problems } = rules([
      { action: 'drop', source_labels: ['__address__'], regex: 'a:.*' },
      { source_labels: ['__address__'], regex: '(.*):.*', target_label: '__address__', replacement: '$1.svc:8002' },
      { target_label: 'zone', replacement: 'one' },
    ]);
    expect(problems).toEqual([]);
    expect(targets.map(({ url, labels }) => [url, labels.get('zone'), labels.get('instance')])).toEqual([
      ['http://b.svc:8002/metrics', 'one', 'b.svc:8002'],
    ]);
  });

  it('shard as Prometheus does', () => {
    const shard = (number: string) =>
      rules(
        [
          { action: 'hashmod', source_labels: ['__address__'], modulus: 2, target_label: '__tmp_shard' },
          { action: 'keep', source_labels: ['__tmp_shard'], regex: number },
        ],
        ['a:1', 'b:1', 'c:1', 'd:1'],
      ).targets.map(({ url }) => url);
    expect([...shard('0'), ...shard('1')].sort()).toEqual(['a', 'b', 'c', 'd'].map((host) => `http://${host}:1/metrics`));
  });

  it.each<{ name: string; relabel: NonNullable<JobInput['relabel_configs']>; message: string }>([
    {
      name: 'that leave no address',
      relabel: [{ target_label: '__address__', replacement: 'x' }],
      message: 'cannot read target "x": it is not host:port; write host:port such as 10.0.0.7:8002 or [::1]:8002',
    },
    {
      name: 'that make two targets one',
      relabel: [{ target_label: '__address__', replacement: 'c:1' }],
      message: 'cannot add target "b:2": job "triton" has it already; remove one of the two',
    },
    {
      name: 'that take a label of the source',
      relabel: [{ source_labels: ['__address__'], regex: 'b:2', target_label: 'model', replacement: 'm' }],
      message: 'cannot give a triton target the label "model": the series of triton have it themselves; choose another name',
    },
  ])('$name are a problem at the target', ({ relabel, message }) => {
    expect(rules(relabel).problems.at(-1)).toEqual({ path: 'scrape_configs[0].static_configs[0].targets[1]', message });
  });

  it('that cannot be compiled are told of elsewhere', () => {
    expect(rules([{ action: 'keep', regex: '(' }])).toMatchObject({ targets: [{}, {}], problems: [] });
  });

  it('let several servers share an API as they leave them', () => {
    const { targets } = rules([{ source_labels: ['__address__'], regex: '.*:(.*)', target_label: '__address__', replacement: 'proxy:$1' }]);
    expect(targets.map(({ apiUrl }) => apiUrl)).toEqual([undefined, undefined]);
  });
});
