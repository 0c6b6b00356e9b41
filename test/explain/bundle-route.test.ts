import { describe, expect, it } from 'vitest';
import { ApiError, type PlimsollRoute } from '../../src/explain/app.ts';
import { bundleRoute } from '../../src/explain/bundle-route.ts';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import { bookOf, failed, NOW_MS, status } from '../signals/support.ts';
import { explainWorld, START_MS } from './support/world.ts';

const answersThat = (answer: PlimsollRoute['answer']): PlimsollRoute => ({ path: '/answers', usage: '/answers', answer });

describe('a bundle', () => {
  it('has version, targets, health, signals, configuration, metrics and log', async () => {
    const { ask } = await explainWorld({ log: ['{"level":"info","password":"planted"}', 'token=planted'] });
    const bundle = await ask('/bundle');
    expect(bundle).toMatchObject({
      time: new Date(START_MS + 90_000).toISOString(),
      process: { version: '1.2.3', node: process.version, uptimeSeconds: 0 },
      moreTargets: 0,
      health: [{ name: 'scrape-loop', of: 'live', ok: true, why: 'scrapes go on' }],
      config: { retention: 300_000, scrape_configs: { length: 5 } },
      metrics: [],
    });
    expect(Object.keys(bundle ?? {})).toEqual([
      'time',
      'process',
      'targets',
      'moreTargets',
      'health',
      'signals',
      'config',
      'metrics',
      'log',
    ]);
    expect(bundle).toHaveProperty('signals.0.name', 'triton_inflight_requests');
    expect(bundle).toHaveProperty('targets.0', expect.objectContaining({ instance: 'c:8002', state: 'down' }));
    expect(JSON.stringify(bundle)).not.toContain('planted');
  });

  it('has what was answered of late where that is recorded, or why it has not', async () => {
    const recorded = await explainWorld({ others: [answersThat(async () => ({ answers: [1] }))] });
    expect(await recorded.ask('/bundle')).toHaveProperty('answers', { answers: [1] });
    const refused = await explainWorld({
      others: [
        answersThat(async () => {
          throw new ApiError(404, 'none is recorded');
        }),
      ],
    });
    expect(await refused.ask('/bundle')).toHaveProperty('answers', { error: 'none is recorded' });
  });

  it('takes no parameters', async () => {
    const { ask } = await explainWorld();
    expect(await ask('/bundle', { all: '1' })).toEqual({ code: 400, error: 'cannot make a bundle: it takes no parameters' });
  });

  it('tells of 2,000 targets, those that fail first, and of a check that throws', async () => {
    const statuses = Array.from({ length: 2001 }, (_, index) => status(`t${index}`));
    const { answer } = bundleRoute({
      process: () => ({}),
      config: () => ({}),
      book: bookOf([...statuses, status('warned', { warnings: [{ code: 'x', message: 'y' }] }), failed(status('dead'))]),
      live: [],
      ready: [
        {
          name: 'broken',
          check: () => {
            throw new Error('it broke');
          },
        },
      ],
      metrics: async () => '# HELP a b\n\na 1\n',
      signals: () => [],
      log: () => [],
      routes: [],
      clock: new VirtualClock(NOW_MS),
      redact: (document) => document,
    });
    const bundle = await answer({ query: new URLSearchParams(), abortSignal: new AbortController().signal });
    expect(bundle).toMatchObject({
      targets: { 0: { id: 'dead', state: 'down' }, 1: { id: 'warned', state: 'up' }, 2: { id: 't0' }, length: 2000 },
      moreTargets: 3,
      metrics: ['# HELP a b', 'a 1'],
      health: [{ name: 'broken', of: 'ready', ok: false, why: 'it broke' }],
    });
  });
});
