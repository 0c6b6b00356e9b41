// What one target's lines become: raw and canonical rows, and the facts that they imply.
import { describe, expect, it } from 'vitest';
import { createFeed, held, type Job, models, rowCount } from '../support/feed.ts';

const DCGM: Job = { source: 'dcgm' };
const TRITON: Job = { source: 'triton' };
const GENERIC: Job = { source: 'generic' };

function util(uuid: string, owner: string, value = 50): string {
  return `DCGM_FI_DEV_GPU_UTIL{gpu="0",UUID="${uuid}"${owner}} ${value}\n`;
}

function ownedBy(pod: string): string {
  return `,container="c",namespace="demo",pod="${pod}"`;
}

describe('rows', () => {
  it('a DCGM line feeds its raw row as said and its canonical row in base units', async () => {
    const feed = createFeed([DCGM]);
    await feed.scrape(
      'DCGM_FI_DEV_FB_USED{gpu="0",UUID="GPU-1",GPU_I_ID="3",GPU_I_PROFILE="1g.5gb",Hostname="n1"} 2\n' +
        'DCGM_FI_DEV_GPU_UTIL{gpu="0",UUID="GPU-1"} 50\n',
    );
    expect(held(feed)).toEqual([
      'DCGM_FI_DEV_FB_USED{GPU_I_ID="3",GPU_I_PROFILE="1g.5gb",Hostname="n1",UUID="GPU-1",gpu="0"} 2',
      'DCGM_FI_DEV_GPU_UTIL{UUID="GPU-1",gpu="0"} 50',
      'gpu_memory_used_bytes{gpu="0",mig_id="3",mig_profile="1g.5gb",node="n1",source="dcgm",uuid="GPU-1"} 2097152',
      'gpu_utilization_ratio{gpu="0",source="dcgm",uuid="GPU-1"} 0.5',
    ]);
  });

  it('a canonical row does not carry the pod of the exporter that said it', async () => {
    const feed = createFeed([{ ...DCGM, labels: { namespace: 'monitoring', pod: 'exporter', node: 'n1' } }]);
    await feed.scrape('DCGM_FI_DEV_GPU_TEMP{gpu="0",UUID="GPU-1"} 61\n');
    expect(held(feed)).toEqual([
      'DCGM_FI_DEV_GPU_TEMP{UUID="GPU-1",gpu="0",namespace="monitoring",node="n1",pod="exporter"} 61',
      'gpu_temperature_celsius{gpu="0",node="n1",source="dcgm",uuid="GPU-1"} 61',
    ]);
  });

  it.each([
    { name: 'a blank of 32 bits', value: '2147483632' },
    { name: 'a blank as a double', value: '140737488355328' },
    { name: 'a blank of 64 bits', value: '9223372036854775792' },
    { name: 'NaN', value: 'NaN' },
  ])('$name is kept as said, and writes no canonical value', async ({ value }) => {
    const feed = createFeed([DCGM]);
    await feed.scrape('DCGM_FI_DEV_POWER_USAGE{gpu="0",UUID="GPU-1"} 58\n');
    await feed.scrape(`DCGM_FI_DEV_POWER_USAGE{gpu="0",UUID="GPU-1"} ${value}\n`);
    const raw = String(Number(value));
    expect(held(feed)).toEqual([`DCGM_FI_DEV_POWER_USAGE{UUID="GPU-1",gpu="0"} ${raw}`]);
  });

  it('equal lines of the next scrape make no row and no line anew', async () => {
    const feed = createFeed([DCGM]);
    const text = (value: number): string => util('GPU-1', ownedBy('a'), value) + util('GPU-2', ownedBy('b'), value);
    await feed.scrape(text(10));
    const { rowsVersion } = feed.store;
    const rows = rowCount(feed);
    await feed.scrape(text(20));
    expect(feed.store.rowsVersion).toBe(rowsVersion);
    expect(rowCount(feed)).toBe(rows);
    expect(held(feed, { names: /^gpu_utilization/ })).toEqual([
      'gpu_utilization_ratio{gpu="0",source="dcgm",uuid="GPU-1"} 0.2',
      'gpu_utilization_ratio{gpu="0",source="dcgm",uuid="GPU-2"} 0.2',
    ]);
  });

  it('lines of time slices feed one canonical row, of which the largest value stays', async () => {
    const feed = createFeed([DCGM]);
    await feed.scrape(util('GPU-1', ownedBy('a'), 30) + util('GPU-1', ownedBy('b'), 75) + util('GPU-1', ownedBy('c'), 50));
    expect(held(feed, { names: /^gpu_utilization/ })).toEqual(['gpu_utilization_ratio{gpu="0",source="dcgm",uuid="GPU-1"} 0.75']);
  });
});

describe('labels that line and target both have', () => {
  const said = 'x{pod="said",namespace="demo",other="o"} 1\n';
  const labels = { namespace: 'demo', pod: 'known' };

  it.each([
    { honor: false, series: 'x{exported_namespace="demo",exported_pod="said",namespace="demo",other="o",pod="known"} 1' },
    { honor: true, series: 'x{namespace="demo",other="o",pod="said"} 1' },
  ])('honor_labels $honor', async ({ honor, series }) => {
    const feed = createFeed([{ ...GENERIC, labels, honor_labels: honor }]);
    await feed.scrape(said);
    expect(held(feed)).toEqual([series]);
  });
});

describe('time stamps of lines', () => {
  it('are kept; an unchanged one adds no sample, a line without one is at the time of the scrape', async () => {
    const feed = createFeed([GENERIC]);
    const ownMs = feed.clock.nowMs() + 1000;
    await feed.scrape(`own 1 ${ownMs}\nplain 1\n`);
    await feed.scrape(`own 2 ${ownMs}\nplain 2\n`);
    expect(held(feed, { atMs: ownMs - 1 })).toEqual([]);
    expect(held(feed, { atMs: ownMs })).toEqual(['own 1']);
    expect(held(feed)).toEqual(['own 1', 'plain 2']);
  });

  it('reach the canonical row too, in base units', async () => {
    const feed = createFeed([DCGM]);
    const ownMs = feed.clock.nowMs() + 1000;
    await feed.scrape(`DCGM_FI_DEV_GPU_UTIL{gpu="0",UUID="GPU-1"} 50 ${ownMs}\n`);
    expect(held(feed, { names: /^gpu_utilization/, atMs: ownMs })).toEqual([
      'gpu_utilization_ratio{gpu="0",source="dcgm",uuid="GPU-1"} 0.5',
    ]);
  });
});

describe('facts', () => {
  const owner = (pod: string, uuid = 'GPU-1'): string =>
    `gpu_owner{container="c",evidence="exporter-labels",namespace="demo",pod="${pod}",uuid="${uuid}"} 1`;

  it('an owner that changes from A to B and back is followed in the same scrape', async () => {
    const feed = createFeed([DCGM]);
    for (const pod of ['a', 'b', 'a', 'b', 'b']) {
      await feed.scrape(util('GPU-1', ownedBy(pod)));
      expect(held(feed, { names: /^gpu_owner/ })).toEqual([owner(pod)]);
    }
  });

  it('two GPUs that change owners with each other are followed, though the lines are as many as before', async () => {
    const feed = createFeed([DCGM]);
    await feed.scrape(util('GPU-1', ownedBy('a')) + util('GPU-2', ownedBy('b')));
    await feed.scrape(util('GPU-1', ownedBy('b')) + util('GPU-2', ownedBy('a')));
    expect(held(feed, { names: /^gpu_owner/ })).toEqual([owner('a', 'GPU-2'), owner('b', 'GPU-1')]);
  });

  it('go with the lines that imply them, and come back with them', async () => {
    const feed = createFeed([DCGM]);
    await feed.scrape(util('GPU-1', ownedBy('a')));
    await feed.scrape(util('GPU-1', ''));
    expect(held(feed, { names: /^gpu_owner/ })).toEqual([]);
    await feed.scrape(util('GPU-1', ownedBy('a')));
    expect(held(feed, { names: /^gpu_owner/ })).toEqual([owner('a')]);
  });

  it('stay right when lines get the numbers of others that were forgotten during an outage', async () => {
    const feed = createFeed([DCGM]);
    await feed.scrape(util('GPU-1', ownedBy('a')) + util('GPU-2', ownedBy('b')));
    for (let scan = 0; scan < 60; scan += 1) feed.ingest.ingest(feed.targets[0] ?? expect.fail(), new Uint8Array(0), feed.clock.nowMs());
    feed.ingest.sweep();
    await feed.scrape(util('GPU-1', ownedBy('c')) + util('GPU-2', ownedBy('d')));
    expect(held(feed, { names: /^gpu_owner/ })).toEqual([owner('c', 'GPU-1'), owner('d', 'GPU-2')]);
  });

  const count = (model: string): string =>
    ['count', 'request_duration_us'].map((name) => `nv_inference_${name}{model="${model}",version="1"} 7\n`).join('');
  const info = (model: string, kind = 'leaf'): string => `triton_model_info{kind="${kind}",model="${model}",version="1"} 1`;

  it('an unloaded model is no model, though its failures are still counted', async () => {
    const feed = createFeed([TRITON]);
    await feed.scrape(`${count('m1')}${count('m2')}nv_inference_request_failure{model="m2",version="1"} 0\n`);
    expect(models(feed)).toEqual([info('m1'), info('m2')]);
    await feed.scrape(`${count('m1')}nv_inference_request_failure{model="m2",version="1"} 0\n`);
    expect(models(feed)).toEqual([info('m1')]);
  });

  it('a failed scrape leaves none; the next good one brings them back', async () => {
    const feed = createFeed([TRITON]);
    await feed.scrape(count('m1'));
    await feed.scrape(undefined);
    expect(models(feed)).toEqual([]);
    await feed.scrape(count('m1'));
    expect(models(feed)).toEqual([info('m1')]);
  });

  it('what nobody configured is warned of, for as long as it is so', async () => {
    const feed = createFeed([TRITON]);
    const warned = async (): Promise<boolean> => {
      const result = await feed.scrape(count('m1'));
      return result?.kind === 'ingested' && result.warnings.some(({ code }) => code === 'model-kinds-unknown');
    };
    expect([await warned(), await warned()]).toEqual([true, true]);
    feed.configure([TRITON], { models: { m1: { kind: 'ensemble' } } });
    expect(await warned()).toBe(false);
    expect(models(feed)).toEqual([info('m1', 'ensemble')]);
  });
});
