import { expect, it } from 'vitest';
import { type Override, parseConfig } from '../../src/config/parse.ts';
import type { Problem } from '../../src/config/problem.ts';

function problemsOf(text: string, overrides: readonly Override[] = []): readonly Problem[] {
  const result = parseConfig(text, { overrides });
  return result.kind === 'problems' ? result.problems : [];
}

function lines(text: string, overrides: readonly Override[] = []): string[] {
  return problemsOf(text, overrides).map((problem) => `${problem.path}: ${problem.message}`);
}

it('is complete without a file', () => {
  const result = parseConfig('');
  expect(result).toMatchObject({
    kind: 'config',
    config: {
      scrape: { interval: 5000 },
      retention: 300_000,
      limits: { body_bytes: 16 * 1024 * 1024, line_bytes: 16_384, labels_per_line: 64, series_per_target: 20_000, series: 2_000_000 },
      metrics_api: { listen: { host: '127.0.0.1', port: 9443 } },
      telemetry: { listen: { host: '127.0.0.1', port: 9410 } },
    },
  });
});

it('reads a whole file', () => {
  const result = parseConfig(`
scrape: {interval: 1m30s}
retention: 10m
scrape_configs:
  - job_name: triton
    honor_labels: true
    static_configs:
      - targets: ['10.0.0.1:8002']
        labels: {namespace: prod, pod: triton-0}
    metric_relabel_configs:
      - {source_labels: [model], regex: 'warm.*', action: drop}
models:
  vision: {kind: ensemble}
metrics_api: {listen: '[::1]:9443'}
`);
  expect(result).toMatchObject({
    kind: 'config',
    config: {
      scrape: { interval: 90_000 },
      scrape_configs: [
        { job_name: 'triton', source: 'triton', honor_labels: true, metric_relabel_configs: [{ separator: ';', replacement: '$1' }] },
      ],
      models: { vision: { kind: 'ensemble' } },
      metrics_api: { listen: { host: '::1', port: 9443 } },
    },
  });
});

it.each([
  { name: 'unknown key', text: 'scrap: {}', expected: ['scrap: unknown key; did you mean scrape?'] },
  { name: 'unknown key far from all', text: 'log: {xyzzy: 1}', expected: ['log.xyzzy: unknown key; known here: level'] },
  {
    name: 'unknown key in a list',
    text: 'scrape_configs: [{job_name: a, metric_relabel_configs: [{action: keep, regx: b}]}]',
    expected: ['scrape_configs[0].metric_relabel_configs[0].regx: unknown key; did you mean regex?'],
  },
  {
    name: 'unknown key in a record',
    text: 'models: {a: {kind: leaf, knd: leaf}}',
    expected: ['models.a.knd: unknown key; did you mean kind?'],
  },
  {
    name: 'an ensemble that shall count',
    text: 'models: {a: {kind: ensemble, counts: include}}',
    expected: ['models.a.counts: an ensemble’s requests count at its children already; leave counts out'],
  },
  { name: 'wrong type', text: 'scrape_configs: [{job_name: 5}]', expected: ['scrape_configs[0].job_name: expected string, got 5'] },
  { name: 'missing', text: 'scrape_configs: [{source: dcgm}]', expected: ['scrape_configs[0].job_name: missing; it is required'] },
  {
    name: 'wrong word',
    text: 'log: {level: loud}',
    expected: ['log.level: expected one of debug, info, warn, error, got "loud"'],
  },
  {
    name: 'no duration',
    text: 'retention: 5 minutes',
    expected: ['retention: expected a duration above zero such as 500ms, 5s or 1m30s, got "5 minutes"'],
  },
  {
    name: 'a duration of zero',
    text: 'scrape: {interval: 0s}',
    expected: ['scrape.interval: expected a duration above zero such as 500ms, 5s or 1m30s, got "0s"'],
  },
  { name: 'negative limit', text: 'limits: {series: -1}', expected: ['limits.series: expected a number above 0, got -1'] },
  {
    name: 'no address',
    text: 'telemetry: {listen: nine}',
    expected: ['telemetry.listen: expected host:port such as 127.0.0.1:9443 or [::1]:9443, got "nine"'],
  },
  {
    name: 'a name that would lead elsewhere',
    text: 'metrics_api: {managed_certificate: {secret: ../x, api_services: [a.b, C]}}',
    expected: [
      'metrics_api.managed_certificate.secret: expected the name of an object: lower case letters, digits, - and . in between, got "../x"',
      'metrics_api.managed_certificate.api_services[1]: expected the name of an object: lower case letters, digits, - and . in between, got "C"',
    ],
  },
  {
    name: 'Events without a cluster',
    text: 'kubernetes: {events: true}',
    expected: ['kubernetes.events: no cluster is asked; set kubernetes.enabled to true, or leave it out'],
  },
  {
    name: 'interval too long for the retention',
    text: '{scrape: {interval: 4m}, scrape_configs: [{job_name: a}]}',
    expected: ['scrape.interval: 240000 ms leaves fewer than two samples in retention (300000 ms); shorten it or raise retention'],
  },
  {
    name: 'an interval of its own too long for the retention',
    text: 'scrape_configs: [{job_name: a, scrape_interval: 4m}]',
    expected: [
      'scrape_configs[0].scrape_interval: 240000 ms leaves fewer than two samples in retention (300000 ms); shorten it or raise retention',
    ],
  },
  {
    name: 'window above the retention',
    text: 'signals: {window: 10m}',
    expected: ['signals.window: 600000 ms is longer than retention (300000 ms); raise retention or shorten the window'],
  },
  {
    name: 'two kinds of credentials',
    text: 'scrape_configs: [{job_name: a, basic_auth: {username: u, password_file: p}, authorization: {credentials_file: c}}]',
    expected: ['scrape_configs[0]: basic_auth and authorization exclude each other; keep one'],
  },
  {
    name: 'replace without a target',
    text: 'scrape_configs: [{job_name: a, metric_relabel_configs: [{regex: a}]}]',
    expected: ['scrape_configs[0].metric_relabel_configs[0].target_label: missing; action replace needs it'],
  },
  { name: 'a list at the top', text: '- a', expected: [': expected a mapping of settings at the top level'] },
])('refuses $name', ({ text, expected }) => {
  expect(lines(text)).toEqual(expected);
});

it('refuses what is not YAML, and an expression that is not RE2', () => {
  expect(lines('a: [')[0]).toMatch(/^: not YAML: /);
  expect(lines('scrape_configs: *nothing')[0]).toMatch(/^: not YAML: .*alias.*nothing/i);
  expect(lines('scrape_configs: [{job_name: a, metric_relabel_configs: [{action: drop, regex: "("}]}]')[0]).toMatch(
    /regex: not an RE2 expression: /,
  );
});

it('tells all problems at once', () => {
  expect(lines('{scrap: 1, retention: x, limits: {series: 0}}')).toHaveLength(3);
});

it('lets a flag win over the file, and names its setting when it is wrong', () => {
  const override = { path: ['scrape', 'interval'], value: '2s' };
  expect(parseConfig('scrape: {interval: 9s, timeout: 1s}', { overrides: [override] })).toMatchObject({
    config: { scrape: { interval: 2000, timeout: 1000 } },
  });
  expect(lines('', [{ path: ['retention'], value: '5x' }])[0]).toMatch(/^retention: expected a duration/);
  expect(lines('', [{ path: ['retention'], value: '5x', givenBy: '--retention' }])[0]).toMatch(
    /^--retention \(retention\): expected a duration/,
  );
});

it('never shows more than 50 characters of a wrong value', () => {
  expect(lines(`retention: ${'x'.repeat(200)}`)[0]?.length).toBeLessThan(150);
});

it('adds what else is wrong with a well-formed configuration', () => {
  const check = (): readonly Problem[] => [{ path: 'x', message: 'y' }];
  expect(parseConfig('metrics_api: {listen: ":9443"}', { check })).toMatchObject({
    problems: [{ path: 'metrics_api.listen' }, { path: 'x' }],
  });
});

it.each([
  {
    name: 'an ill-formed setting beside a contradiction',
    text: '{scrap: 1, log: {level: loud}, telemetry: {listen: "0.0.0.0:9410"}}',
    paths: ['log.level', 'scrap', 'telemetry.authentication'],
  },
  {
    name: 'a comparison with a setting that is ill-formed is left out',
    text: '{retention: x, signals: {window: 10m}}',
    paths: ['retention'],
  },
  { name: 'a list with an ill-formed element', text: '{scrape_configs: [5], telemetry: {listen: ":9410"}}', paths: ['scrape_configs[0]'] },
])('tells what can be told at once: $name', ({ text, paths }) => {
  expect(problemsOf(text).map(({ path }) => path)).toEqual(paths);
});
