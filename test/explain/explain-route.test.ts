import { beforeAll, describe, expect, it } from 'vitest';
import type { ExplanationDocument } from '../../src/explain/document.ts';
import { type ExplainWorld, explainWorld, START_MS } from './support/world.ts';

let world: ExplainWorld;
beforeAll(async () => {
  world = await explainWorld();
});

const DEPLOYMENT = 'deployments.apps/demo/triton';

function podOf(document: ExplanationDocument, pod: string): ExplanationDocument['pods'][number] {
  const found = document.pods.find((one) => one.pod === `demo/${pod}`);
  if (found === undefined) throw new Error(`no pod ${pod}`);
  return found;
}

describe('a value', () => {
  it('is what the metrics API would answer, with its coverage', async () => {
    const { answers, time, reduction } = await world.explain({ metric: 'triton_inflight_requests', object: DEPLOYMENT });
    const object = { group: 'apps', resource: 'deployments', namespace: 'demo', name: 'triton' };
    const answer = await world.plimsoll.signals.ofObject({ signal: 'triton_inflight_requests', object, metricSelector: [] });
    if (answer.kind !== 'value') throw new Error(answer.detail);
    expect(answers).toEqual([
      {
        value: answer.value,
        quantity: expect.stringMatching(/^\d+[num]?$/),
        timestamp: new Date(answer.newestMs).toISOString(),
        windowSeconds: 60,
        estimated: true,
        warnings: answer.warnings,
        coverage: {
          expected: 3,
          contributing: 2,
          missing: [{ pod: 'demo/c', why: expect.stringContaining('connection refused at c:8002') }],
          moreMissing: 0,
        },
      },
    ]);
    // (3 + 2 waiting) and 1 for two of three pods.
    expect(answer.value).toBeCloseTo(9, 5);
    expect(time).toBe(new Date(START_MS + 90_000).toISOString());
    expect(reduction).toBe('Σ over the pods');
  });

  it('has the expression with its pods written out, and in short', async () => {
    const { expressions } = await world.explain({ metric: 'triton_pending_requests', object: DEPLOYMENT });
    expect(expressions).toEqual([
      {
        role: 'value',
        expression:
          'sum by (namespace, pod) (avg_over_time(nv_inference_pending_request_count{namespace="demo",pod=~"a|b|c"}[15s]) and on (instance, model, version) triton_model_info{kind="leaf",counts!="no",namespace="demo",pod=~"a|b|c"})',
        short:
          'sum by (namespace, pod) (avg_over_time(nv_inference_pending_request_count{pods}[15s]) and on (instance, model, version) triton_model_info{kind="leaf",counts!="no",pods})',
      },
    ]);
    const engine = world.plimsoll.engine.instant({ expr: expressions[0]?.expression ?? '', timeMs: START_MS + 90_000 });
    expect(await engine).toMatchObject({ kind: 'vector', series: [{ value: 2 }, { value: 0 }] });
  });

  it('goes down to series, lines and targets: what lacks first, then the largest', async () => {
    const document = await world.explain({ metric: 'triton_inflight_requests', object: DEPLOYMENT });
    expect(document.pods.map(({ pod, missing }) => [pod, missing?.expected])).toEqual([
      ['demo/c', true],
      ['demo/a', undefined],
      ['demo/b', undefined],
    ]);
    const a = podOf(document, 'a');
    expect(a.readings).toEqual([{ device: {}, value: expect.closeTo(5, 5), newest: expect.any(String) }]);
    const infer = a.series.find(({ name, leftOut }) => name === 'nv_inference_compute_infer_duration_us' && leftOut === undefined);
    expect(infer).toEqual({
      name: 'nv_inference_compute_infer_duration_us',
      labels: {
        deployment: 'triton',
        instance: 'a:8002',
        job: 'a',
        model: 'resnet',
        namespace: 'demo',
        node: 'n1',
        pod: 'a',
        version: '1',
      },
      target: 'a|http://a:8002/metrics',
      newest: { value: expect.any(Number), time: expect.any(String) },
      range: {
        seconds: 60,
        through: 'rate',
        samples: 12,
        first: { value: expect.any(Number), time: expect.any(String) },
        last: infer?.newest,
        perSecond: expect.closeTo(1e6, 3),
      },
      said: {
        line: `nv_inference_compute_infer_duration_us{model="resnet",version="1"} ${infer?.newest?.value}`,
        type: 'unknown',
        guards: [],
      },
    });
    expect(a.series.find(({ name }) => name === 'triton_model_info')?.fact).toMatch(/models\.<name>/);
    expect(document.targets.map(({ instance, state, error }) => [instance, state, error?.failure])).toEqual([
      ['c:8002', 'down', 'refused'],
      ['a:8002', 'up', undefined],
      ['b:8002', 'up', undefined],
    ]);
  });

  it('says of an ensemble why its series do not count', async () => {
    const a = podOf(await world.explain({ metric: 'triton_inflight_requests', object: DEPLOYMENT }), 'a');
    const left = a.series.filter(({ leftOut }) => leftOut !== undefined);
    expect(new Set(left.map(({ labels, leftOut }) => `${labels['model']}: ${leftOut}`))).toEqual(
      new Set(['pipeline: an ensemble: its requests count at its children']),
    );
    expect(left).toHaveLength(4);
  });

  it('of a GPU has the pods’ own GPUs alone, with the raw line and what became of it', async () => {
    const document = await world.explain({ metric: 'gpu_memory_used_bytes', object: 'pods/demo/a' });
    expect(document.answers).toMatchObject([{ pod: 'demo/a', value: 1024 ** 3, quantity: '1073741824' }]);
    const { readings, series } = podOf(document, 'a');
    expect(readings).toMatchObject([{ device: { uuid: 'GPU-1' }, value: 1024 ** 3 }]);
    expect(series.map(({ name, said, fact }) => [name, said ?? fact])).toEqual([
      ['gpu_owner', 'the exporter’s lines about this GPU name the pod'],
      [
        'gpu_memory_used_bytes',
        {
          line: 'DCGM_FI_DEV_FB_USED{gpu="0",UUID="GPU-1",Hostname="n1",namespace="demo",pod="a",container="triton"} 1024',
          type: 'unknown',
          times: 1024 * 1024,
          dividedBy: 1,
          guards: ['blank'],
        },
      ],
    ]);
  });

  it('of a ratio has both parts, and says where a value was converted', async () => {
    const document = await world.explain({ metric: 'triton_request_latency_seconds', object: 'pods/demo/b' });
    expect(podOf(document, 'b').readings).toEqual([
      { device: {}, value: expect.closeTo(1, 5), per: expect.closeTo(10, 5), newest: expect.any(String) },
    ]);
    expect(document.expressions.map(({ role }) => role)).toEqual(['value', 'per']);
    const gpu = podOf(await world.explain({ metric: 'gpu_utilization_ratio', object: 'pods/demo/a' }), 'a');
    expect(gpu.series.at(-1)).toMatchObject({ newest: { value: 0.7 }, said: { guards: ['blank', 'converted'] } });
  });

  it('is one for each pod where an HPA asks for pods, and for a namespace or a node one for all', async () => {
    const pods = await world.explain({ metric: 'triton_inflight_requests', object: 'pods/demo/*', labelSelector: 'deployment=triton' });
    expect(pods.answers.map(({ pod, value, absent }) => [pod, value === undefined ? absent?.reason : Math.round(value)])).toEqual([
      ['demo/c', 'failed'],
      ['demo/a', 5],
      ['demo/b', 1],
    ]);
    for (const object of ['namespaces/demo', 'nodes//n1', 'nodes/n1', 'external/demo']) {
      const { answers } = await world.explain({ metric: 'triton_requests_per_second', object });
      expect([object, answers.length, answers[0]?.coverage?.expected]).toEqual([object, 1, 4]);
    }
  });

  it('takes selectors of series and pods', async () => {
    const one = await world.explain({ metric: 'triton_inflight_requests', object: DEPLOYMENT, metricLabelSelector: 'model=nobody' });
    expect(one.answers[0]?.absent?.reason).toBe('failed');
    const external = await world.explain({ metric: 'triton_inflight_requests', object: 'external/demo', selector: 'pod=b,model=resnet' });
    expect(external.answers).toMatchObject([{ value: expect.closeTo(1, 5) }]);
    expect(external.expressions[0]?.short).toContain('nv_inference_pending_request_count{pods,model="resnet"}[15s]');
  });
});

describe('no value', () => {
  it('says the reason, the remedy, and of a dead target its error', async () => {
    const { answers, targets, pods } = await world.explain({ metric: 'triton_inflight_requests', object: 'pods/demo/c' });
    expect(answers[0]?.absent).toMatchObject({ reason: 'failed', remedy: expect.stringMatching(/^mend what the error/) });
    expect(pods[0]?.missing).toMatchObject({ reason: 'failed', expected: true, evidence: [] });
    expect(targets).toMatchObject([{ state: 'down', error: { failure: 'refused', message: 'connection refused at c:8002' } }]);
  });

  it('names the families that a target lacks, and the nearest that it has', async () => {
    const { pods, answers } = await world.explain({ metric: 'triton_pending_requests', object: 'deployments/demo/old' });
    expect(answers[0]?.absent?.reason).toBe('no-data');
    expect(pods[0]?.missing?.evidence).toEqual([
      expect.stringMatching(/^old:8002 says 6 families, and none for nv_inference_pending_request_count/),
    ]);
    const gpu = await world.explain({ metric: 'gpu_power_watts', object: 'pods/demo/a' });
    expect(gpu.pods[0]?.missing?.evidence).toEqual([
      expect.stringMatching(/^a:8002 says 7 families, and none for gpu_power_watts/),
      expect.stringMatching(/^exporter:9400 says 2 families, and none for gpu_power_watts/),
    ]);
  });

  it.each([
    { object: 'deployments.apps/demo/trition', evidence: ['known deployments of demo: triton'] },
    { object: 'deployments.apps/dmo/triton', evidence: ['no deployments are known there; pods are known in namespace demo'] },
    { object: 'pods/demo/another', evidence: ['known pods of demo: a, b, c, old'] },
    { object: 'pods/dmo/*', evidence: ['no pods are known there; pods are known in namespace demo'] },
    { object: 'nodes/n2', evidence: ['known nodes: n1'] },
    { object: 'external/dmo', evidence: [] },
  ])('of $object names what is known instead', async ({ object, evidence }) => {
    const { answers, pods, targets } = await world.explain({ metric: 'triton_inflight_requests', object });
    expect(answers.map(({ absent }) => [absent?.reason, absent?.evidence])).toEqual([['no-object', evidence]]);
    expect([pods, targets]).toEqual([[], []]);
  });
});

describe('bounds', () => {
  it('has the deadline and the sample budget of queries', async () => {
    const { plimsoll } = world;
    const config = plimsoll.config();
    plimsoll.apply({
      config: { ...config, limits: { ...config.limits, query_samples: 5 } },
      targets: [...plimsoll.scraper.book.all()].map(({ target }) => target),
    });
    const answer = await world.ask('/explain', { metric: 'triton_inflight_requests', object: DEPLOYMENT });
    plimsoll.apply({ config, targets: [...plimsoll.scraper.book.all()].map(({ target }) => target) });
    expect(answer).toEqual({ code: 422, error: expect.stringContaining('more than 5 (limit query_samples)') });
  });
});
