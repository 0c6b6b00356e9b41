// Every target is in one shard, a node's targets together; what did not change is the same list.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOfShard, placeOf, Sharding } from '../../src/discovery/sharding.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import { labelsOf } from '../../src/model/labels.ts';
import type { Pod } from '../../src/model/pod.ts';
import type { SourceName, Target } from '../../src/model/target.ts';

interface Named {
  readonly node?: string;
  readonly host: string;
  readonly port: number;
  readonly source?: SourceName;
}

function targetAt({ node, host, port, source = 'triton' }: Named): Target {
  const url = `http://${host}:${port}/metrics`;
  const labels = labelsOf(node === undefined ? {} : { node });
  return { id: url, job: 'j', source, url, labels, honorLabels: false, intervalMs: 5000, timeoutMs: 2500 };
}

const anyNode = fc.option(fc.constantFrom('a', 'b', 'c', 'node-1', 'node-2', 'node-3', 'gke-pool-1-abcd', 'gke-pool-1-abce'), {
  nil: undefined,
});
const anyHost = fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.1.1', '[fd00::1]', '[fd00::2]', 'triton.example');
const anyTarget = fc
  .record({ node: anyNode, host: anyHost, port: fc.integer({ min: 1, max: 65_535 }) })
  .map(({ node, ...rest }) => targetAt({ ...rest, ...(node !== undefined && { node }) }));
const anyCount = fc.integer({ min: 1, max: 12 });

const shardsOf = (count: number) => [...Array(count).keys()].map((at) => ({ index: at + 1, count }));

it.each([
  [{ node: 'n', host: '10.0.0.1', port: 8002 }, 'n'],
  [{ node: '', host: '10.0.0.1', port: 8002 }, '10.0.0.1'],
  [{ host: '10.0.0.1', port: 8002 }, '10.0.0.1'],
  [{ host: '[fd00::1]', port: 9400 }, '[fd00::1]'],
  [{ host: 'triton.example', port: 1 }, 'triton.example'],
])('%j is at %s', (named, place) => {
  expect(placeOf(targetAt(named))).toBe(place);
});

it('every target is in exactly one shard', () => {
  fc.assert(
    fc.property(fc.array(anyTarget, { maxLength: 40 }), anyCount, (targets, count) => {
      const parts = shardsOf(count).map((shard) => new Sharding(shard).targets(targets));
      const found = parts.flat();
      expect(new Set(found)).toEqual(new Set(targets));
      expect(found).toHaveLength(targets.length);
    }),
  );
});

it('targets of one node are in one shard, and without a node those of one host', () => {
  fc.assert(
    fc.property(fc.array(anyTarget, { maxLength: 40 }), anyCount, (targets, count) => {
      const shardOfPlace = new Map<string, number>();
      for (const shard of shardsOf(count)) {
        for (const target of new Sharding(shard).targets(targets)) {
          const known = shardOfPlace.get(placeOf(target)) ?? shard.index;
          expect(known).toBe(shard.index);
          shardOfPlace.set(placeOf(target), shard.index);
        }
      }
    }),
  );
});

it('one shard more takes targets from the others, and moves no other', () => {
  fc.assert(
    fc.property(fc.array(anyTarget, { maxLength: 40 }), anyCount, (targets, count) => {
      for (const { index } of shardsOf(count)) {
        const before = new Sharding({ index, count }).targets(targets);
        const after = new Sharding({ index, count: count + 1 }).targets(targets);
        expect(before).toEqual(expect.arrayContaining([...after]));
      }
    }),
  );
});

describe('from one look to the next', () => {
  const targets = [...Array(20).keys()].map((at) => targetAt({ node: `node-${at}`, host: '10.0.0.1', port: 1000 + at }));
  const shard = { index: 1, count: 2 };
  const others = targets.filter((target) => !isOfShard(placeOf(target), shard));

  it('the part is the same list while it holds the same targets', () => {
    const sharding = new Sharding(shard);
    const first = sharding.targets(targets);
    expect(sharding.targets(targets)).toBe(first);
    expect(sharding.targets([...targets])).toBe(first);
    expect(sharding.targets(targets.filter((target) => target !== others[0]))).toBe(first);
    expect(sharding.targets(targets.slice(1))).toHaveLength(first.filter((target) => target !== targets[0]).length);
  });

  it('the pods are those of its nodes; objects are known with all of theirs', () => {
    const pods = ['node-0', 'node-1', 'node-2', 'node-3', undefined].map(
      (node, at): Pod => ({ namespace: 'n', name: `p${at}`, labels: labelsOf({}), ready: true, ...(node !== undefined && { node }) }),
    );
    const nothing = { podsIn: () => pods, objects: () => [{ group: '', resource: 'pods', name: 'p' }] };
    const inventoryOf = (all: readonly Pod[]): Inventory => ({ ...nothing, podsOf: () => all, allPods: () => all });
    const parts = shardsOf(2).map((one) => new Sharding(one).inventory(inventoryOf(pods)));
    const named = parts.map((inventory) => inventory.allPods().map(({ node }) => node));
    expect(named.flat().toSorted()).toEqual(['node-0', 'node-1', 'node-2', 'node-3']);
    expect(named[0]).toEqual(pods.flatMap(({ node }) => (node !== undefined && isOfShard(node, shard) ? [node] : [])));
    const sharding = new Sharding(shard);
    const first = sharding.inventory(inventoryOf(pods)).allPods();
    expect(sharding.inventory(inventoryOf([...pods])).allPods()).toBe(first);
    const one = parts[0];
    expect(one?.podsOf({ group: '', resource: 'pods', name: 'p' })).toBe(pods);
    expect(one?.podsIn('n', [])).toBe(pods);
    expect(one?.objects({ group: '', resource: 'pods' })).toHaveLength(1);
  });
});
