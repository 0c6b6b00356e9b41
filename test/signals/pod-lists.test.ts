import { expect, it } from 'vitest';
import type { Inventory } from '../../src/model/inventory.ts';
import type { Pod } from '../../src/model/pod.ts';
import { PodLists } from '../../src/signals/pod-lists.ts';
import { pod } from './support.ts';

function inventoryOf(...pods: readonly Pod[]): Inventory & { looked: () => number } {
  let looked = 0;
  return {
    podsOf: ({ name }) => {
      looked += 1;
      const found = pods.filter((one) => one.name === name);
      return found.length === 0 ? undefined : found;
    },
    podsIn: () => pods,
    allPods: () => pods,
    objects: () => [],
    looked: () => looked,
  };
}

const [A, B, C] = [pod('a'), pod('b'), pod('c')];

it('knows a list again, a copy of it too, and looks nothing up', () => {
  const inventory = inventoryOf(A, B, C);
  const lists = new PodLists();
  const { pods, isComplete } = lists.of([A, B], inventory);
  expect([pods, isComplete]).toEqual([[A, B], true]);
  const others = [[A], [A, B, C], [A, C], [B, A]].map((list) => lists.of(list, inventory).pods);
  const looked = inventory.looked();
  expect(lists.of([A, B], inventory).pods).toBe(pods);
  expect(lists.of([A, C], inventory).pods).toBe(others[2]);
  expect(inventory.looked()).toBe(looked);
});

it('takes references, leaves out what is not known, and says so', () => {
  const { pods, isComplete } = new PodLists().of([{ namespace: 'demo', name: 'a' }, pod('gone')], inventoryOf(A));
  expect([pods, isComplete]).toEqual([[A], false]);
  expect(new PodLists().of([], inventoryOf(A))).toEqual({ pods: [], isComplete: true });
});

it('keeps a list of pods that another inventory has too, once it has looked', () => {
  const lists = new PodLists();
  const { pods } = lists.of([A, B], inventoryOf(A, B, C));
  const others = lists.of([A, C], inventoryOf(A, C)).pods;
  const next = inventoryOf(A, B, pod('c'));
  expect(lists.of([A, B], next)).toMatchObject({ isComplete: true });
  expect(lists.of([A, B], next).pods).toBe(pods);
  expect(next.looked()).toBe(2);
  expect(lists.of([A, C], next).pods).not.toBe(others);
  const smaller = inventoryOf(A);
  expect(lists.of([A, B], smaller)).toMatchObject({ pods: [A], isComplete: false });
  expect(lists.of([A, B], inventoryOf(A, B))).toMatchObject({ pods: [A, B], isComplete: true });
});

it('asks another inventory anew', () => {
  const lists = new PodLists();
  const younger = pod('a', { ready: false });
  expect(lists.of([A], inventoryOf(A)).pods).toEqual([A]);
  expect(lists.of([A], inventoryOf(younger)).pods).toEqual([younger]);
});

it('keeps the lists that were asked about last', () => {
  const inventory = inventoryOf(A, B, C);
  const lists = new PodLists();
  const first = lists.of([A], inventory).pods;
  for (let length = 2; length < 20; length += 1) {
    lists.of(Array(length).fill(A), inventory);
    expect(lists.of([A], inventory).pods).toBe(first);
  }
  const looked = inventory.looked();
  lists.of([A, A], inventory);
  expect(inventory.looked()).toBeGreaterThan(looked);
});
