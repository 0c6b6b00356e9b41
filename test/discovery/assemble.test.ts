// From an endpoint to a target: what rules see, what they may change, and what they may not make of it.
import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { configSchema } from '../../src/config/schema.ts';
import { type Assembled, assemble, type Endpoint } from '../../src/discovery/assemble.ts';
import { compileRelabel } from '../../src/lib/relabel.ts';
import { labelsOf } from '../../src/model/labels.ts';
import type { Target } from '../../src/model/target.ts';

type JobInput = Partial<NonNullable<z.input<typeof configSchema>['scrape_configs']>[number]>;
type Rule = NonNullable<JobInput['relabel_configs']>[number];
type Given = Partial<Omit<Endpoint, 'labels' | 'job'>> & { readonly labels?: Readonly<Record<string, string>>; readonly job?: JobInput };

function assembledFrom(rules: readonly Rule[], { labels = {}, job: rest, ...given }: Given = {}): Assembled {
  const { scrape_configs } = configSchema.parse({ scrape_configs: [{ job_name: 'j', ...rest, relabel_configs: rules }] });
  const [job] = scrape_configs;
  if (job === undefined) throw new Error('there is one job');
  return assemble({
    job,
    timing: { intervalMs: 5000, timeoutMs: 2500 },
    address: '10.0.0.7:8002',
    scheme: 'http',
    metricsPath: '/metrics',
    labels: labelsOf(labels),
    apiPort: 8000,
    identity: '',
    relabel: compileRelabel(job.relabel_configs),
    ...given,
  });
}

function targetFrom(rules: readonly Rule[], given?: Given): Target {
  const assembled = assembledFrom(rules, given);
  if (assembled.kind !== 'target') throw new Error(`no target: ${JSON.stringify(assembled)}`);
  return assembled.target;
}

function labelsFrom(rules: readonly Rule[], given?: Given): Readonly<Record<string, string>> {
  return Object.fromEntries(targetFrom(rules, given).labels);
}

const write = (target_label: string, replacement: string): Rule => ({ target_label, replacement });

it('makes a target of an endpoint', () => {
  expect(targetFrom([], { labels: { node: 'n1', zone: '' }, identity: 'uid-1' })).toEqual({
    id: 'j|uid-1|http://10.0.0.7:8002/metrics',
    job: 'j',
    source: 'triton',
    url: 'http://10.0.0.7:8002/metrics',
    apiUrl: 'http://10.0.0.7:8000',
    labels: labelsOf({ job: 'j', instance: '10.0.0.7:8002', node: 'n1' }),
    honorLabels: false,
    intervalMs: 5000,
    timeoutMs: 2500,
  });
});

describe('rules', () => {
  it('see what there is', () => {
    const seen = [
      'job',
      '__address__',
      '__scheme__',
      '__metrics_path__',
      '__scrape_interval__',
      '__scrape_timeout__',
      '__meta_x',
      'instance',
    ];
    const rules = [{ source_labels: seen, separator: '|', target_label: 'all' }];
    expect(labelsFrom(rules, { labels: { __meta_x: 'y' } })['all']).toBe('j|10.0.0.7:8002|http|/metrics|5s|2s500ms|y|');
  });

  it('keep and drop', () => {
    const rule = (action: 'keep' | 'drop'): Rule => ({ action, source_labels: ['app'], regex: 'web' });
    expect(assembledFrom([rule('keep')], { labels: { app: 'web' } }).kind).toBe('target');
    expect(assembledFrom([rule('keep')])).toEqual({ kind: 'dropped' });
    expect(assembledFrom([rule('drop')], { labels: { app: 'web' } })).toEqual({ kind: 'dropped' });
  });

  it('take no notice of an empty label', () => {
    const given = { labels: { __meta_a: '', a: 'x' } };
    expect(labelsFrom([{ action: 'labelmap', regex: '__meta_(.+)' }], given)['a']).toBe('x');
  });

  it.each([
    {
      name: 'the address',
      rule: write('__address__', '[::1]:9'),
      url: 'http://[::1]:9/metrics',
      apiUrl: 'http://[::1]:8000',
      instance: '[::1]:9',
    },
    { name: 'the scheme', rule: write('__scheme__', 'https'), url: 'https://10.0.0.7:8002/metrics', apiUrl: 'https://10.0.0.7:8000' },
    { name: 'the path', rule: write('__metrics_path__', '/m?x=1'), url: 'http://10.0.0.7:8002/m?x=1' },
    { name: 'the path, to one without its slash', rule: write('__metrics_path__', '@evil.org/m'), url: 'http://10.0.0.7:8002/@evil.org/m' },
    { name: 'the path, to none', rule: write('__metrics_path__', ''), url: 'http://10.0.0.7:8002/' },
  ])('change $name', ({ rule, url, apiUrl = 'http://10.0.0.7:8000', instance = '10.0.0.7:8002' }) => {
    const target = targetFrom([rule]);
    expect([target.url, target.apiUrl, target.labels.get('instance')]).toEqual([url, apiUrl, instance]);
    expect(target.id).toBe(`j|${url.replace('?x=1', '?12c091ef4fc80899')}`);
  });

  it.each([
    { name: 'the interval', rules: [write('__scrape_interval__', '1m30s')], timing: [90_000, 2500] },
    { name: 'the time-out', rules: [write('__scrape_timeout__', '5s')], timing: [5000, 5000] },
    { name: 'both', rules: [write('__scrape_interval__', '1s'), write('__scrape_timeout__', '200ms')], timing: [1000, 200] },
    { name: 'neither, by a rule that comes to the same', rules: [write('__scrape_interval__', '5s')], timing: [5000, 2500] },
  ])('change $name', ({ rules, timing }) => {
    const { intervalMs, timeoutMs } = targetFrom(rules);
    expect([intervalMs, timeoutMs]).toEqual(timing);
  });

  it('leave a time-out of half a millisecond as it is', () => {
    const timing = { intervalMs: 1, timeoutMs: 0.5 };
    expect(targetFrom([write('a', 'b')], { timing })).toMatchObject(timing);
  });

  it('leave labels that begin with two underscores behind, and an instance that is their own', () => {
    const rules = [
      write('__tmp', 'x'),
      write('instance', 'me'),
      write('job', 'other'),
      { action: 'labelmap', regex: '__meta_(.+)' },
    ] as const;
    expect(labelsFrom(rules, { labels: { __meta_app: 'web' } })).toEqual({ job: 'other', instance: 'me', app: 'web' });
    expect(targetFrom(rules).job).toBe('j');
  });

  it.each([
    { rules: [write('__address__', '10.0.0.7')], problem: 'cannot read target "10.0.0.7": it is not host:port; write host:port such as' },
    { rules: [write('__address__', '')], problem: 'cannot read target "": it is not host:port' },
    {
      rules: [write('__address__', 'evil.org\\\\.good.org:80')],
      problem: 'cannot read target "evil.org\\\\\\\\.good.org:80": it is not host:port',
    },
    { rules: [write('__address__', 'http://a:1')], problem: 'write host:port here, the protocol under scheme and the path under' },
    { rules: [write('__scheme__', 'ftp')], problem: 'cannot ask "10.0.0.7:8002" by "ftp": the schemes are http and https; see what' },
    { rules: [write('__scheme__', '')], problem: 'cannot ask "10.0.0.7:8002" by "": the schemes' },
    { rules: [write('__scrape_interval__', 'soon')], problem: 'cannot time "10.0.0.7:8002": its interval is no duration, or shorter' },
    { rules: [write('__scrape_interval__', '1s')], problem: 'cannot time "10.0.0.7:8002"' },
    { rules: [write('__scrape_timeout__', '0s')], problem: 'cannot time "10.0.0.7:8002"' },
    { rules: [write('__scrape_timeout__', '')], problem: 'cannot time "10.0.0.7:8002"' },
  ])('cannot make a target of $rules', ({ rules, problem }) => {
    const assembled = assembledFrom(rules);
    expect(assembled).toEqual({ kind: 'wrong', problem: expect.stringContaining(problem) });
  });
});

describe('labels that a source has itself', () => {
  const all: readonly Rule[] = [{ action: 'labelmap', regex: '__meta_label_(.+)' }];
  const labels = { __meta_label_app: 'web', __meta_label_version: 'v1', __meta_label_uuid: 'x' };

  it.each([
    { source: 'triton', taken: 'version', kept: { app: 'web', uuid: 'x' } },
    { source: 'dcgm', taken: 'uuid', kept: { app: 'web', version: 'v1' } },
    { source: 'generic', taken: undefined, kept: { app: 'web', version: 'v1', uuid: 'x' } },
  ] as const)('are not taken from series of $source', ({ source, taken, kept }) => {
    const assembled = assembledFrom(all, { labels, job: { source } });
    const problem = `cannot give a ${source} target the label "${taken}": the series of ${source} have it themselves; choose another name`;
    expect(assembled).toMatchObject({ kind: 'target', ...(taken !== undefined && { problem }) });
    expect(labelsFrom(all, { labels, job: { source } })).toEqual({ job: 'j', instance: '10.0.0.7:8002', ...kept });
    if (taken === undefined) expect(assembled).not.toHaveProperty('problem');
  });
});
