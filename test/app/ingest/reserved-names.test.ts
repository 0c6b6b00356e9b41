// No exposition can forge what signals are made of.
import { describe, expect, it } from 'vitest';
import { FACT_NAMES } from '../../../src/facts/names.ts';
import { EVERY_SERIES } from '../../../src/sources/every-series.ts';
import { createFeed, type Feed, held, type Job } from '../support/feed.ts';

const NAMES = [
  'up',
  'scrape_duration_seconds',
  'scrape_samples_scraped',
  'scrape_interval_seconds',
  ...FACT_NAMES,
  ...EVERY_SERIES.map(({ name }) => name),
];
const HONEST = {
  triton: 'nv_inference_pending_request_count{model="m",version="1"} 3\n',
  dcgm: 'DCGM_FI_DEV_GPU_TEMP{gpu="0",UUID="GPU-1"} 61\n',
};
/** The labels that a forger would give. */
const FORGED = '{uuid="GPU-1",namespace="prod",pod="victim",model="m",version="1",kind="leaf",evidence="exporter-labels"} 7\n';

async function fed(job: Job, text: string): Promise<{ feed: Feed; warnings: readonly { code: string; message: string }[] }> {
  const feed = createFeed([job]);
  const result = await feed.scrape(text);
  return { feed, warnings: result?.kind === 'ingested' ? result.warnings : [] };
}

describe.each(['triton', 'dcgm', 'generic'] as const)('said by a target that is %s', (source) => {
  const honest = source === 'generic' ? 'x 1\n' : HONEST[source];

  it.each(NAMES)('%s is kept under another name, and said', async (name) => {
    const { feed: without } = await fed({ source }, `${honest}other${FORGED}`);
    const { feed, warnings } = await fed({ source }, `${honest}${name}${FORGED}`);
    const own = { names: new RegExp(`^${name}$`) };
    expect(held(feed, own)).toEqual(held(without, own));
    expect(held(feed, { names: new RegExp(`^exported_${name}$`) })).toHaveLength(1);
    const said = warnings.filter(({ code }) => code === 'reserved-name');
    expect(said).toMatchObject([{ message: expect.stringContaining(`kept are ${name} as exported_${name};`) }]);
  });
});

it.each([
  { name: 'labels are honoured', job: { honor_labels: true } },
  {
    name: 'a rule makes the name',
    job: { metric_relabel_configs: [{ source_labels: ['__name__'], regex: 'x', target_label: '__name__', replacement: 'up' }] },
  },
])('nor where $name', async ({ job }) => {
  const { feed } = await fed({ source: 'generic', ...job }, 'x 7\nup 7\n');
  expect(held(feed, { names: /^up$/ })).toEqual(['up 1']);
});

it('a line of another family is no evidence of who holds a GPU', async () => {
  const { feed } = await fed({ source: 'dcgm' }, `${HONEST.dcgm}other${FORGED}`);
  expect(held(feed, { names: /^gpu_owner/ })).toEqual([]);
});

it('the warning goes with the series', async () => {
  const feed = createFeed([{ source: 'generic' }]);
  const codes = async (text: string): Promise<unknown> => {
    const result = await feed.scrape(text);
    return result?.kind === 'ingested' ? result.warnings.map(({ code }) => code) : result;
  };
  expect(await codes('x 1\nup 1\n')).toEqual(['reserved-name']);
  expect(await codes('x 1\n')).toEqual([]);
});

it('an alias may explain a reserved name: it is then read in place of it', async () => {
  const feed = createFeed([{ source: 'dcgm' }], {
    aliases: [{ raw: 'gpu_utilization_ratio', canonical: 'gpu_utilization_ratio', scale: 1 }],
  });
  await feed.scrape('gpu_utilization_ratio{gpu="0",UUID="GPU-1"} 0.7\n');
  expect(held(feed, { names: /gpu_util/ })).toEqual([
    'exported_gpu_utilization_ratio{UUID="GPU-1",gpu="0"} 0.7',
    'gpu_utilization_ratio{gpu="0",source="dcgm",uuid="GPU-1"} 0.7',
  ]);
});
