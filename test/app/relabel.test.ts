// metric_relabel_configs: what rules see, and what follows from the labels that they leave.
import { describe, expect, it } from 'vitest';
import { createFeed, held, type Job, models } from './support/feed.ts';

const GENERIC: Job = { source: 'generic' };
const DCGM: Job = { source: 'dcgm' };
const GPU = 'DCGM_FI_DEV_GPU_UTIL{gpu="0",UUID="GPU-1",container="c",namespace="demo",pod="p"} 50\n';

async function heldAfter(job: Job, text: string, names?: RegExp): Promise<string[]> {
  const feed = createFeed([job]);
  await feed.scrape(text);
  return held(feed, names === undefined ? {} : { names });
}

describe('rules on series', () => {
  const text = 'a{x="1"} 1\na{x="2"} 2\nb 3\n';

  it.each([
    { name: 'keep', rules: [{ source_labels: ['__name__'], regex: 'a', action: 'keep' }], series: ['a{x="1"} 1', 'a{x="2"} 2'] },
    { name: 'drop', rules: [{ source_labels: ['__name__', 'x'], regex: 'a;2', action: 'drop' }], series: ['a{x="1"} 1', 'b 3'] },
    {
      name: 'replace a label',
      rules: [{ source_labels: ['x'], regex: '(.+)', target_label: 'y', replacement: 'y$1' }],
      series: ['a{x="1",y="y1"} 1', 'a{x="2",y="y2"} 2', 'b 3'],
    },
    {
      name: 'replace the name',
      rules: [{ source_labels: ['__name__'], regex: 'b', target_label: '__name__', replacement: 'c' }],
      series: ['a{x="1"} 1', 'a{x="2"} 2', 'c 3'],
    },
    {
      name: 'remove a label: of equal series the largest value stays',
      rules: [{ target_label: 'x', replacement: '' }],
      series: ['a 2', 'b 3'],
    },
    {
      name: 'one after the other',
      rules: [
        { source_labels: ['x'], regex: '2', target_label: 'tmp', replacement: 'gone' },
        { source_labels: ['tmp'], regex: 'gone', action: 'drop' },
      ],
      series: ['a{x="1"} 1', 'b 3'],
    },
  ])('$name', async ({ rules, series }) => {
    expect(await heldAfter({ ...GENERIC, metric_relabel_configs: rules }, text)).toEqual(series);
  });
});

describe('rules and labels of the target', () => {
  const labels = { namespace: 'ops', pod: 'exporter' };
  const said = 'x{pod="said"} 1\n';

  it.each([
    {
      name: 'see them, and the clash already resolved',
      rules: [{ source_labels: ['job', 'pod', 'exported_pod'], target_label: 'seen' }],
      series: 'x{exported_pod="said",namespace="ops",pod="exporter",seen="job-0;exporter;said"} 1',
    },
    {
      name: 'see the line’s own with honor_labels',
      honor: true,
      rules: [{ source_labels: ['pod', 'exported_pod'], target_label: 'seen' }],
      series: 'x{namespace="ops",pod="said",seen="said;"} 1',
    },
    {
      name: 'may put the line’s label back in its place',
      rules: [
        { source_labels: ['exported_pod'], regex: '(.+)', target_label: 'pod' },
        { target_label: 'exported_pod', replacement: '' },
      ],
      series: 'x{namespace="ops",pod="said"} 1',
    },
    {
      name: 'may remove one of the target’s',
      rules: [{ target_label: 'namespace', replacement: '' }],
      series: 'x{exported_pod="said",pod="exporter"} 1',
    },
    {
      name: 'may change one of the target’s',
      rules: [{ source_labels: ['namespace'], target_label: 'namespace', replacement: 'x-$1' }],
      series: 'x{exported_pod="said",namespace="x-ops",pod="exporter"} 1',
    },
  ])('$name', async ({ rules, honor = false, series }) => {
    expect(await heldAfter({ ...GENERIC, labels, honor_labels: honor, metric_relabel_configs: rules }, said)).toEqual([series]);
  });
});

describe('what follows from relabelled lines', () => {
  const UNRELATED = [{ source_labels: ['unrelated'], regex: 'x', action: 'drop' }];
  const owner = (evidence: string): string[] => [`gpu_owner{container="c",evidence="${evidence}",namespace="demo",pod="p",uuid="GPU-1"} 1`];

  it.each([
    { name: 'no labels of a pod', labels: {}, honor: false, evidence: 'exporter-labels' },
    {
      name: 'the pod of the exporter',
      labels: { namespace: 'ops', pod: 'exporter', container: 'e' },
      honor: false,
      evidence: 'exported-labels',
    },
    { name: 'a namespace alone', labels: { namespace: 'ops' }, honor: false, evidence: 'exporter-labels' },
    {
      name: 'the pod of the exporter, honor_labels',
      labels: { namespace: 'ops', pod: 'exporter' },
      honor: true,
      evidence: 'exporter-labels',
    },
    {
      name: 'a pod of the owner’s namespace, honor_labels',
      labels: { namespace: 'demo', pod: 'exporter' },
      honor: true,
      evidence: 'exporter-labels',
    },
  ])('a rule about other series changes no owner: the target has $name', async ({ labels, honor, evidence }) => {
    const job = { ...DCGM, labels, honor_labels: honor, metric_relabel_configs: UNRELATED };
    expect(await heldAfter(job, GPU, /^gpu_owner/)).toEqual(owner(evidence));
  });

  it('a rule that moves exported_pod to pod moves the owner with it', async () => {
    const rules = ['namespace', 'pod', 'container'].flatMap((label) => [
      { source_labels: [`exported_${label}`], regex: '(.+)', target_label: label },
      { target_label: `exported_${label}`, replacement: '' },
    ]);
    const job = { ...DCGM, labels: { namespace: 'ops', pod: 'exporter', container: 'e' }, metric_relabel_configs: rules };
    expect(await heldAfter(job, GPU)).toEqual([
      'DCGM_FI_DEV_GPU_UTIL{UUID="GPU-1",container="c",gpu="0",namespace="demo",pod="p"} 50',
      ...owner('exporter-labels'),
      'gpu_utilization_ratio{gpu="0",source="dcgm",uuid="GPU-1"} 0.5',
    ]);
  });

  it('a rule that moves exported_pod to pod may meet the label of the target there', async () => {
    const rules = [
      { source_labels: ['exported_namespace'], regex: '(.+)', target_label: 'namespace' },
      { target_label: 'exported_namespace', replacement: '' },
    ];
    const job = { ...DCGM, labels: { namespace: 'demo' }, metric_relabel_configs: rules };
    expect(await heldAfter(job, GPU, /^gpu_owner/)).toEqual(owner('exporter-labels'));
  });

  it('a rule that drops the lines drops the fact and the canonical rows; one that renames the family drops the canonical rows', async () => {
    const drop = [{ source_labels: ['pod'], regex: 'p', action: 'drop' }];
    expect(await heldAfter({ ...DCGM, metric_relabel_configs: drop }, GPU)).toEqual([]);
    const rename = [{ source_labels: ['__name__'], regex: 'DCGM.*', target_label: '__name__', replacement: 'other' }];
    expect(await heldAfter({ ...DCGM, metric_relabel_configs: rename }, GPU, /^gpu_utilization/)).toEqual([]);
  });

  it('a rule that drops the lines of a model drops what is known of it', async () => {
    const text = 'nv_inference_count{model="m1",version="1"} 1\nnv_inference_count{model="m2",version="1"} 1\n';
    const rules = [{ source_labels: ['model'], regex: 'm2', action: 'drop' }];
    const feed = createFeed([{ source: 'triton', metric_relabel_configs: rules }]);
    await feed.scrape(text);
    expect(models(feed)).toEqual(['triton_model_info{kind="leaf",model="m1",version="1"} 1']);
  });
});
