// What kubectl prints: lists as tables; and lists as YAML.
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type ListItem, tableOf } from '../../src/metrics-api/table.ts';
import { absent, ask, known } from './world.ts';

const EXTERNAL = '/apis/external.metrics.k8s.io/v1beta1/namespaces/demo/gpu_power';
const PODS = '/apis/custom.metrics.k8s.io/v1beta2/namespaces/demo/pods/*/triton_inflight_requests';
/** As kubectl get says it. */
const KUBECTL = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json';

interface Table {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: object;
  readonly columnDefinitions: readonly {
    readonly name: string;
    readonly type: string;
    readonly format: string;
    readonly priority: number;
  }[];
  readonly rows: readonly { readonly cells: readonly string[]; readonly object?: object }[];
}

async function tableAt(target: string, asked: Parameters<typeof ask>[1] = {}): Promise<Table> {
  const { code, headers, body } = await ask(target, { ...asked, request: { accept: KUBECTL, ...asked.request } });
  expect([code, headers['Content-Type']]).toEqual([200, 'application/json']);
  return JSON.parse(body);
}

describe('Table', () => {
  it('of an external metric', async () => {
    const { columnDefinitions, rows, ...head } = await tableAt(`${EXTERNAL}?limit=500&labelSelector=app%3Dtriton,uuid%3Dx`);
    expect(head).toEqual({ kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata: {} });
    expect(columnDefinitions.map(({ name, priority }) => `${name} ${priority}`)).toEqual([
      'Name 0',
      'Value 0',
      'Window 0',
      'Age 0',
      'Labels 1',
      'Timestamp 1',
    ]);
    expect(columnDefinitions[0]).toEqual({
      name: 'Name',
      type: 'string',
      format: 'name',
      description: 'The object, or the metric where it has none.',
      priority: 0,
    });
    const metadata = { name: 'gpu_power', namespace: 'demo', creationTimestamp: null };
    expect(rows).toEqual([
      {
        cells: ['gpu_power', '12500m', '60s', '0s', 'app=triton,uuid=x', '2026-08-22T10:00:00Z'],
        object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata },
      },
    ]);
  });

  it.each(['v1beta1', 'v1beta2'])('of the pods of %s', async (version) => {
    const pods = { 'triton-0': known(2), 'triton-1': absent('failed', 'refused') };
    const { columnDefinitions, rows } = await tableAt(PODS.replace('v1beta2', version), { answers: { pods } });
    expect(columnDefinitions.map(({ name }) => name)).toEqual(['Name', 'Value', 'Window', 'Age', 'Metric', 'Timestamp']);
    expect(rows.map(({ cells }) => cells.slice(0, 5))).toEqual([
      ['triton-0', '2', '<none>', '0s', 'triton_inflight_requests'],
      ['triton-2', '1500m', '60s', '0s', 'triton_inflight_requests'],
    ]);
    expect(rows[1]?.object).toMatchObject({ metadata: { name: 'triton-2', namespace: 'demo' } });
  });

  it('of an object without a namespace says none', async () => {
    const { rows } = await tableAt('/apis/custom.metrics.k8s.io/v1beta2/namespaces/demo/nodes/node-a/GPU_Power');
    expect(rows[0]?.object).toMatchObject({ metadata: { name: 'node-a', creationTimestamp: null } });
    expect(rows[0]?.object).not.toHaveProperty('metadata.namespace');
  });

  it('comes in the older version too, without objects for who wants none, and indented', async () => {
    const accept = 'application/json;as=Table;v=v1beta1;g=meta.k8s.io';
    const { apiVersion, rows } = await tableAt(`${EXTERNAL}?includeObject=None`, { request: { accept } });
    expect(apiVersion).toBe('meta.k8s.io/v1beta1');
    expect(rows[0]).not.toHaveProperty('object');
    const { body } = await ask(`${EXTERNAL}?pretty=1`, { request: { accept } });
    expect(body).toMatch(/^\{\n {2}"kind": "Table",\n/);
  });

  it('has its columns where nothing is selected', async () => {
    const { columnDefinitions, rows } = await tableAt(`${PODS}?labelSelector=app%3Dother`);
    expect([columnDefinitions.length, rows]).toEqual([6, []]);
  });

  it('is a Status where something is wrong', async () => {
    const { code, headers, body } = await ask(`${EXTERNAL}s`, { request: { accept: KUBECTL } });
    expect([code, headers['Content-Type'], JSON.parse(body).kind]).toEqual([404, 'application/json', 'Status']);
  });

  it.each([
    [-5, '0s'],
    [0, '0s'],
    [1.999, '1s'],
    [119.9, '119s'],
    [120, '2m'],
    [7300, '121m'],
  ])('is %d s old: %s', (seconds, age) => {
    const item: ListItem = { metricName: 'm', timestamp: '2026-08-22T10:00:00Z', value: '1' };
    const nowMs = Date.UTC(2026, 7, 22, 10) + seconds * 1000;
    const table = tableOf('external', { items: [item], version: 'v1', namespace: 'demo', includeObject: 'None', nowMs });
    expect(table).toMatchObject({ rows: [{ cells: ['m', '1', '<none>', age, '<none>', '2026-08-22T10:00:00Z'] }] });
  });
});

describe('YAML', () => {
  it.each([EXTERNAL, PODS, `${PODS}?labelSelector=app%3Dother`, `${PODS}?metricLabelSelector=model,version+notin+(1,2)&pretty=true`])(
    'says of %s what JSON says',
    async (target) => {
      const { code, headers, body } = await ask(target, { request: { accept: 'application/yaml' } });
      expect([code, headers['Content-Type']]).toEqual([200, 'application/yaml']);
      expect(parse(body, { version: '1.1' })).toEqual(JSON.parse((await ask(target)).body));
      expect(body).toMatch(/^kind: /);
    },
  );

  it('leaves a Status in JSON', async () => {
    const { code, headers, body } = await ask(`${PODS}x`, { request: { accept: 'application/yaml' } });
    expect([code, headers['Content-Type'], JSON.parse(body).kind]).toEqual([404, 'application/json', 'Status']);
  });
});
