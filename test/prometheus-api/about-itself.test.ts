// What the API says of targets, families and the process.
import { describe, expect, it } from 'vitest';
import { settingsOf } from '../../src/app/settings.ts';
import type { FamilyMetadata } from '../../src/model/metadata.ts';
import type { TargetStatus } from '../../src/model/target.ts';
import { metadataEndpoints } from '../../src/prometheus-api/metadata.ts';
import { Parameters } from '../../src/prometheus-api/parameters.ts';
import { bookOf, target } from '../exporter/world.ts';
import { ask, failure, NOW_MS, serveApi, success } from './world.ts';

const ISO = new Date(NOW_MS).toISOString();

const refused: TargetStatus = target('b:1', { failure: 'refused', message: 'no: http://user:hunter2@b/' });
const secretive = {
  ...target('a:1', 'up'),
  target: { ...target('a:1', 'up').target, job: 'dcgm', url: 'https://user:hunter2@a:1/metrics?token=hunter2', timeoutMs: 90_000 },
  lastDurationMs: 12.5,
};
const statuses: readonly TargetStatus[] = [refused, secretive, target('c:1', 'untried')];

describe('/targets', () => {
  const dropped = { droppedTargets: [], droppedTargetCounts: {} };

  it('lists those that are scraped, pool by pool, without secrets', async () => {
    const { json, code } = await ask(await serveApi({ book: bookOf(statuses) }), '/targets');
    expect(code).toBe(200);
    expect(JSON.stringify(json)).not.toContain('hunter2');
    const { data } = json as { data: { activeTargets: readonly object[] } };
    expect(data).toMatchObject(dropped);
    expect(data.activeTargets[0]).toMatchObject({
      discoveredLabels: {
        __address__: 'a:1',
        __metrics_path__: '/metrics',
        __scheme__: 'https',
        __scrape_interval__: '5s',
        __scrape_timeout__: '1m30s',
        job: 'dcgm',
      },
      labels: { instance: 'a:1', job: 'triton' },
      scrapePool: 'dcgm',
      lastError: '',
      lastScrape: ISO,
      lastScrapeDuration: 0.0125,
      health: 'up',
      scrapeInterval: '5s',
      scrapeTimeout: '1m30s',
    });
    expect(data.activeTargets.slice(1)).toMatchObject([
      { health: 'down', lastError: expect.stringMatching(/^no: /), scrapeUrl: 'http://b:1/metrics', globalUrl: 'http://b:1/metrics' },
      { health: 'unknown', lastScrape: '0001-01-01T00:00:00Z', lastScrapeDuration: 0 },
    ]);
  });

  it.each([
    ['?scrapePool=dcgm', 1],
    ['?scrapePool=none', 0],
    ['?state=ACTIVE', 3],
    ['?state=any', 3],
    ['?state=dropped', 0],
    ['?state=other', 0],
  ])('%s: %i', async (query, count) => {
    const { json } = await ask(await serveApi({ book: bookOf(statuses) }), `/targets${query}`);
    expect(json).toMatchObject({ data: { activeTargets: { length: count }, ...dropped } });
  });

  it('has an address even where it is none', async () => {
    const odd = { ...refused, target: { ...refused.target, url: 'user:hunter2@odd' } };
    const { json } = await ask(await serveApi({ book: bookOf([odd]) }), '/targets');
    expect(json).toMatchObject({ data: { activeTargets: [{ health: 'down' }] } });
    expect(JSON.stringify(json)).not.toContain('hunter2');
  });

  it('names the pools', async () => {
    expect(await ask(await serveApi({ book: bookOf(statuses) }), '/scrape_pools')).toEqual(success({ scrapePools: ['dcgm', 'triton'] }));
  });
});

describe('metadata', () => {
  const family = (name: string, help: string): FamilyMetadata => ({ name, type: 'gauge', help, unit: '' });
  const said = (targetId: string): readonly FamilyMetadata[] =>
    targetId.includes('b:1') ? [family('x', 'One.'), family('y', 'Two.')] : [family('x', targetId.includes('c:1') ? 'Three.' : 'One.')];
  const get = async (path: string) => ask(await serveApi({ book: bookOf(statuses), metadata: { families: said } }), path);
  const shown = (help: string) => ({ type: 'gauge', help, unit: '' });

  it.each<[string, object]>([
    ['', { x: [shown('One.'), shown('Three.')], y: [shown('Two.')] }],
    ['?limit=1', { x: [shown('One.'), shown('Three.')] }],
    ['?limit=0', {}],
    ['?limit=-1', { x: [shown('One.'), shown('Three.')], y: [shown('Two.')] }],
    ['?limit_per_metric=1', { x: [shown('One.')], y: [shown('Two.')] }],
    ['?limit_per_metric=0&metric=x', { x: [shown('One.'), shown('Three.')] }],
    ['?metric=none', {}],
  ])('/metadata%s', async (query, data) => {
    expect(await get(`/metadata${query}`)).toEqual(success(data));
  });

  const of = (instance: string, rest: object) => ({ target: { instance, job: 'triton' }, ...rest });

  it.each<[string, readonly object[]]>([
    ['?match_target={instance="b:1"}', [of('b:1', { metric: 'x', ...shown('One.') }), of('b:1', { metric: 'y', ...shown('Two.') })]],
    ['?metric=y', [of('b:1', shown('Two.'))]],
    ['?metric=x&limit=2', [of('b:1', shown('One.')), of('a:1', shown('One.'))]],
    ['?limit=0', []],
  ])('/targets/metadata%s', async (query, data) => {
    expect(await get(`/targets/metadata${query}`)).toEqual(success(data));
  });

  it.each([
    ['/metadata?limit=x', 'limit must be a number'],
    ['/metadata?limit_per_metric=x', 'limit_per_metric must be a number'],
    ['/targets/metadata?limit=x', 'limit must be a number'],
  ])('%s is a mistake', async (path, error) => {
    expect(await get(path)).toEqual(failure(400, 'bad_data', error));
  });

  it('is not looked for any further when who asks has gone', async () => {
    const looked: string[] = [];
    const many = Array.from({ length: 200 }, (_, index) => target(`t${index}:1`, 'up'));
    const gone = new AbortController();
    const families = (id: string): readonly FamilyMetadata[] => {
      looked.push(id);
      if (looked.length === 60) gone.abort();
      return [];
    };
    const [endpoint] = metadataEndpoints({ book: bookOf(many), metadata: { families } });
    const question = { parameters: new Parameters(new URLSearchParams()), abortSignal: gone.signal };
    await expect(endpoint?.answer(question)).rejects.toMatchObject({ type: 'canceled' });
    expect(looked).toHaveLength(60);
  });

  it('is of targets that a selector names', async () => {
    const { code, json } = await get('/targets/metadata?match_target={');
    expect(code).toBe(400);
    expect(json).toMatchObject({ errorType: 'bad_data', error: expect.stringMatching(/^invalid parameter "match_target": ./) });
  });
});

describe('rules', () => {
  it.each<[string, object]>([
    ['/rules', { groups: [] }],
    ['/rules?type=alert&match[]=up', { groups: [] }],
    ['/alerts', { alerts: [] }],
    ['/alertmanagers', { activeAlertmanagers: [], droppedAlertmanagers: [] }],
  ])('%s: none', async (path, data) => {
    expect(await ask(await serveApi(), path)).toEqual(success(data));
  });

  it('of an unknown type are a mistake', async () => {
    const error = 'invalid parameter "type": not supported value "other"';
    expect(await ask(await serveApi(), '/rules?type=other')).toEqual(failure(400, 'bad_data', error));
  });
});

describe('status', () => {
  it.each<[string, object]>([
    ['buildinfo', { version: '3.11.3', revision: 'plimsoll-1.2.3', branch: '', buildUser: '', buildDate: '', goVersion: '' }],
    ['runtimeinfo', { startTime: ISO, serverTime: ISO, hostname: 'host', storageRetention: '5m' }],
    [
      'flags',
      {
        'enable-feature': '',
        'log.level': 'info',
        'query.lookback-delta': '5m',
        'query.max-samples': '50000000',
        'query.timeout': '10s',
        'storage.tsdb.retention.time': '5m',
      },
    ],
  ])('%s', async (name, data) => {
    expect(await ask(await serveApi(), `/status/${name}`)).toEqual(success(data));
  });

  it('shows the configuration, without secrets', async () => {
    const rule = { target_label: 'token', replacement: 'hunter2' };
    const { config } = settingsOf('the test', [{ path: ['scrape_configs'], value: [{ job_name: 'j', metric_relabel_configs: [rule] }] }]);
    const { json } = await ask(await serveApi({ config: () => config }), '/status/config');
    const { yaml } = (json as { data: { yaml: string } }).data;
    expect(yaml).toContain('job_name: j\n');
    expect(yaml).not.toContain('hunter2');
  });
});
