// The documents about the API, held to golden files; `vitest --update` writes those anew.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { qualifiedName, resourcesWith } from '../../src/metrics-api/resources.ts';
import { ask, OWNERS } from './world.ts';

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

function golden(name: string): string {
  return join(import.meta.dirname, 'fixtures', name);
}

describe('documents', () => {
  it.each([
    ['/apis', 'groups.json'],
    ['/apis/', 'groups.json'],
    ['/apis/custom.metrics.k8s.io', 'custom-group.json'],
    ['/apis/custom.metrics.k8s.io/v1beta1', 'custom-v1beta1-resources.json'],
    ['/apis/custom.metrics.k8s.io/v1beta2', 'custom-v1beta2-resources.json'],
    ['/apis/external.metrics.k8s.io/', 'external-group.json'],
    ['/apis/external.metrics.k8s.io/v1beta1', 'external-v1beta1-resources.json'],
    ['/version', 'version.json'],
    ['/openapi/v2', 'openapi-v2.json'],
    ['/openapi/v3', 'openapi-v3.json'],
    ['/openapi/v3/apis/custom.metrics.k8s.io/v1beta1', 'openapi-custom-v1beta1.json'],
    ['/openapi/v3/apis/custom.metrics.k8s.io/v1beta2', 'openapi-custom-v1beta2.json'],
    ['/openapi/v3/apis/external.metrics.k8s.io/v1beta1?hash=ABC', 'openapi-external-v1beta1.json'],
  ])('%s', async (target, file) => {
    const { code, headers, body } = await ask(target, { request: { userAgent: 'curl/8' } });
    expect(code).toBe(200);
    expect(headers).toMatchObject({ 'Content-Type': 'application/json', Vary: 'Accept', ETag: expect.stringMatching(/^"[0-9A-F]{64}"$/) });
    await expect(body).toMatchFileSnapshot(golden(file));
    expect(JSON.parse((await ask(target)).body)).toEqual(JSON.parse(body));
  });

  it('says the same as YAML', async () => {
    const { code, headers, body } = await ask('/apis/external.metrics.k8s.io', { request: { accept: 'application/yaml' } });
    expect([code, headers['Content-Type']]).toEqual([200, 'application/yaml']);
    expect(body).toMatch(/^kind: APIGroup\napiVersion: v1\nname: external\.metrics\.k8s\.io\nversions:\n- groupVersion: external/);
  });
});

interface LegacyResource {
  readonly name: string;
  readonly namespaced: boolean;
  readonly kind: string;
  readonly verbs: readonly string[];
}

async function legacy(groupVersion: string): Promise<readonly LegacyResource[]> {
  return JSON.parse((await ask(`/apis/${groupVersion}`)).body).resources;
}

describe('legacy discovery', () => {
  it.each(['v1beta1', 'v1beta2'])('lists every metric of %s for every resource, of one scope each', async (version) => {
    const resources = await legacy(`custom.metrics.k8s.io/${version}`);
    const metrics = ['GPU_Power', 'triton_inflight_requests', 'triton_queue_latency_seconds'];
    const scopes = [...resourcesWith(OWNERS).values()].flatMap((resource) =>
      metrics.map((metric) => [`${qualifiedName(resource)}/${metric}`, resource.namespaced]),
    );
    expect(resources.map(({ name, namespaced }) => [name, namespaced])).toEqual(scopes);
    expect(scopes).toContainEqual(['inferenceservices.serving.kserve.io/GPU_Power', true]);
    expect(scopes).toContainEqual(['jobs.batch/GPU_Power', true]);
    expect(scopes).toContainEqual(['namespaces/GPU_Power', false]);
  });

  it('can only be got, as nothing that is listed or deleted in bulk', async () => {
    const resources = [...(await legacy('custom.metrics.k8s.io/v1beta2')), ...(await legacy('external.metrics.k8s.io/v1beta1'))];
    expect(new Set(resources.flatMap(({ verbs }) => verbs))).toEqual(new Set(['get']));
  });

  it('has a kind for each external metric, by which kubectl finds it again', async () => {
    const resources = await legacy('external.metrics.k8s.io/v1beta1');
    expect(new Set(resources.map(({ kind }) => kind)).size).toBe(resources.length);
  });
});

describe('aggregated discovery', () => {
  it('holds both groups, with metrics as subresources', async () => {
    const { headers, body } = await ask('/apis', { request: { accept: AGGREGATED, userAgent: 'curl/8' } });
    expect(headers['Content-Type']).toBe(AGGREGATED);
    await expect(body).toMatchFileSnapshot(golden('aggregated.json'));
  });

  it('says what legacy discovery says', async () => {
    const { body } = await ask('/apis', { request: { accept: AGGREGATED } });
    const { items } = JSON.parse(body);
    for (const { metadata, versions } of items) {
      for (const { version, resources } of versions) {
        const names = resources.flatMap(
          ({ resource, subresources = [{}] }: { resource: string; subresources?: { subresource?: string }[] }) =>
            subresources.map(({ subresource }) => (subresource === undefined ? resource : `${resource}/${subresource}`)),
        );
        expect(names).toEqual((await legacy(`${metadata.name}/${version}`)).map(({ name }) => name));
      }
    }
  });

  it('has the same tag for the same metrics in another order, and another for others', async () => {
    const infos = ['b', 'a', 'c'].map((name) => ({ name, unit: '', help: '', labels: [] }));
    const tagOf = async (list: typeof infos): Promise<string | undefined> => {
      const signals = { list: () => list, ofPods: unasked, ofObject: unasked, ofExternal: unasked };
      return (await ask('/apis', { request: { accept: AGGREGATED }, services: { signals } })).headers['ETag'];
    };
    const tags = [await tagOf(infos), await tagOf(infos.toReversed()), await tagOf(infos.slice(1))];
    expect(tags[0]).toBe(tags[1]);
    expect(tags[0]).not.toBe(tags[2]);
  });

  it('answers 304 to who has it already, and to nobody else', async () => {
    const first = await ask('/apis', { request: { accept: AGGREGATED } });
    const etag = first.headers['ETag'] ?? '';
    expect(await ask('/apis', { request: { accept: AGGREGATED, ifNoneMatch: etag } })).toEqual({
      code: 304,
      headers: first.headers,
      body: '',
    });
    for (const ifNoneMatch of [etag.slice(1, -1), `W/${etag}`, etag.toLowerCase(), '*', `${etag}, "x"`]) {
      expect((await ask('/apis', { request: { accept: AGGREGATED, ifNoneMatch } })).code).toBe(200);
    }
    expect((await ask('/apis', { request: { accept: 'application/json', ifNoneMatch: etag } })).code).toBe(200);
  });
});

async function unasked(): Promise<never> {
  throw new Error('nobody asks');
}
