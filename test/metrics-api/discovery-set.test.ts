import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { type DiscoverySet, discoverySet } from '../../src/metrics-api/discovery-set.ts';
import { createReplies } from '../../src/metrics-api/handler.ts';
import { type Resource, resourcesWith } from '../../src/metrics-api/resources.ts';
import { silentLog } from '../../src/model/log.ts';
import { ask, servicesWith } from './world.ts';

const RESOURCES = resourcesWith([]);

function entries({ custom }: DiscoverySet): number {
  return custom.reduce((sum, { metrics }) => sum + metrics.length, 0);
}

/** `m000` to the last. */
function names(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `m${String(index).padStart(3, '0')}`);
}

describe('discoverySet', () => {
  it('names everything while there is room', () => {
    const set = discoverySet(['b', 'A', 'b'], RESOURCES);
    expect(set.isTruncated).toBe(false);
    expect(set.custom).toEqual([...RESOURCES.values()].map((resource) => ({ resource, metrics: ['A', 'b'] })));
    expect(set.external).toEqual(['a', 'b']);
  });

  it('names the first 500 by name, of each metric as many resources as there is room for', () => {
    const set = discoverySet(names(600).toReversed(), RESOURCES);
    expect(set.isTruncated).toBe(true);
    expect(entries(set)).toBe(500);
    expect(set.custom.map(({ metrics }) => metrics.at(-1))).toEqual([...Array(5).fill('m055'), ...Array(4).fill('m054')]);
    expect(set.external).toEqual(names(500));
  });

  it('leaves a resource out that no metric is named for', () => {
    const many = new Map(
      Array.from({ length: 501 }, (_, index): [string, Resource] => [
        `r${index}`,
        { group: '', version: 'v1', name: `r${index}`, kind: 'R', namespaced: true },
      ]),
    );
    const set = discoverySet(['a', 'b'], many);
    expect(set.custom).toHaveLength(500);
    expect(entries(set)).toBe(500);
  });

  it('is never empty and never above 500, whatever there is', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 200 }), fc.nat({ max: 60 }), (signals, owners) => {
        const custom = Array.from({ length: owners }, (_, index) => ({ group: 'g', version: 'v1', resource: `r${index}`, kind: 'R' }));
        const set = discoverySet(signals, resourcesWith(custom));
        expect(entries(set)).toBeGreaterThan(0);
        expect(entries(set)).toBeLessThanOrEqual(500);
        expect(set.external.length).toBeGreaterThan(0);
        expect(set.custom.every(({ metrics }) => metrics.length > 0)).toBe(true);
        expect(set.isTruncated).toBe(new Set(signals).size * (9 + owners) > 500);
      }),
    );
  });
});

it('tells once that discovery leaves something out', async () => {
  const warn = vi.fn();
  const services = servicesWith();
  const list = names(56).map((name) => ({ name, unit: '', help: '', labels: [] }));
  const signals = { ...services.signals, list: () => list };
  const replies = createReplies({ ...services, signals, log: { ...silentLog, warn }, owners: [] });
  const request = { method: 'GET', hasBody: false, abortSignal: new AbortController().signal };
  for (const target of ['/apis/custom.metrics.k8s.io/v1beta2', '/apis/external.metrics.k8s.io/v1beta1', '/version']) {
    await replies({ ...request, target });
  }
  expect(warn.mock.calls).toEqual([
    [{ listed: 500, all: 504 }, 'discovery lists the first metrics by name; the others are served all the same'],
  ]);
});

it('serves what discovery leaves out', async () => {
  const services = servicesWith();
  const list = [...names(600), 'zzz'].map((name) => ({ name, unit: '', help: '', labels: [] }));
  const signals = { ...services.signals, list: () => list };
  const target = '/apis/custom.metrics.k8s.io/v1beta2/namespaces/demo/metrics/zzz';
  expect((await ask(target, { services: { signals } })).code).toBe(200);
});
