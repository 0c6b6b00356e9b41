// Which way a target is read, and that what is not asked over HTTP is opened once, told of each configuration and closed.
import { expect, it, onTestFinished } from 'vitest';
import type { OpenOptions, OtherSource } from '../../src/app/other-source.ts';
import { settingsOf } from '../../src/app/settings.ts';
import { createTargetSource } from '../../src/app/target-source.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { silentLog } from '../../src/model/log.ts';
import type { Target } from '../../src/model/target.ts';
import { targetAt } from './support/feed.ts';
import { serve } from './support/targets.ts';

const UNTIL_DONE = new AbortController().signal;

function settingsFor(port: number, retention = '5m') {
  return settingsOf('the test', [
    { path: ['scrape_configs'], value: [{ job_name: 'job', static_configs: [{ targets: [`127.0.0.1:${port}`] }] }] },
    { path: ['retention'], value: retention },
  ]);
}

interface Opened {
  readonly options: OpenOptions;
  readonly told: number[];
  isClosed: boolean;
}

function rig(port: number, open: (opened: Opened) => OtherSource) {
  const opened: Opened[] = [];
  const settings = settingsFor(port);
  const source = createTargetSource({
    config: settings.config,
    clock: systemClock(),
    log: silentLog,
    version: '1.2.3',
    others: {
      tegrastats: async (options) => {
        const one = { options, told: [], isClosed: false };
        opened.push(one);
        return open(one);
      },
    },
  });
  onTestFinished(() => source.close());
  const http = targetAt(settings.targets, 0);
  const other: Target = { ...http, source: 'tegrastats' };
  const read = async (target: Target): Promise<string> => {
    const result = await source.fetch(target, UNTIL_DONE);
    return result.kind === 'failed' ? result.error.message : Buffer.from(result.bytes).toString();
  };
  return { source, http, other, opened, read };
}

function saying(text: string): (opened: Opened) => OtherSource {
  return (opened) => ({
    fetch: async () => ({ kind: 'body', bytes: Buffer.from(text) }),
    use: ({ retention }) => void opened.told.push(retention),
    close: async () => {
      opened.isClosed = true;
    },
  });
}

it('asks a target over HTTP unless its source has another way', async () => {
  const { port } = await serve((_request, response) => void response.end('over HTTP'));
  const { read, http, other, opened } = rig(port, saying('another way'));
  expect(await read(http)).toBe('over HTTP');
  expect(opened).toHaveLength(0);
  expect([await read(other), await read(other)]).toEqual(['another way', 'another way']);
  expect(opened).toHaveLength(1);
});

it('opens with the configuration in force, hands on each later one, and closes what it opened', async () => {
  const { source, read, other, opened } = rig(1, saying('x'));
  source.use(settingsFor(1, '6m').config);
  await read(other);
  source.use(settingsFor(1, '7m').config);
  await read(other);
  expect(opened.map(({ options, told }) => [options.config.retention, told])).toEqual([[360_000, [420_000]]]);
  await source.close();
  expect(opened.map(({ isClosed }) => isClosed)).toEqual([true]);
});

it('lets one that cannot be opened fail its own targets alone', async () => {
  const { port } = await serve((_request, response) => void response.end('over HTTP'));
  const { source, read, http, other } = rig(port, () => {
    throw new Error('no such thing');
  });
  await expect(read(other)).rejects.toThrow('no such thing');
  source.use(settingsFor(port).config);
  expect(await read(http)).toBe('over HTTP');
});
