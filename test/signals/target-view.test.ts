// A view is the same object for as long as nothing that it says has changed: what is worked out from it is kept with it.
import { expect, it } from 'vitest';
import type { TargetBook, TargetStatus } from '../../src/model/target.ts';
import { TargetViews } from '../../src/signals/target-view.ts';
import { failed, NOW_MS, pod, status } from './support.ts';

function changingBook(...first: readonly TargetStatus[]) {
  let statuses = first;
  let version = 0;
  const book: TargetBook = {
    get version() {
      return version;
    },
    get firstOverdueMs() {
      const live = statuses.filter(({ lastError }) => lastError === undefined);
      return Math.min(...live.map(({ lastSuccessMs = 0, target }) => lastSuccessMs + target.intervalMs + target.timeoutMs));
    },
    all: () => statuses,
    get: (id) => statuses.find(({ target }) => target.id === id),
  };
  const change = (next: readonly TargetStatus[], { counts = true } = {}): void => {
    statuses = next;
    if (counts) version += 1;
  };
  return { views: new TargetViews(book), change };
}

const ids = ({ liveIds }: { liveIds: ReadonlySet<string> }): string[] => [...liveIds].sort();

it('stays while targets are read as before', () => {
  const { views, change } = changingBook(status('a'), status('b'));
  const view = views.at(NOW_MS);
  expect(ids(view)).toEqual(['a', 'b']);
  expect(views.at(NOW_MS + 6000)).toBe(view);
  change([status('a', { lastSuccessMs: NOW_MS + 4000 }), status('b', { lastSuccessMs: NOW_MS + 4000 })], { counts: false });
  expect(views.at(NOW_MS + 10_000)).toBe(view);
  expect(view.ofSource('triton').map(({ lastSuccessMs }) => lastSuccessMs)).toEqual([NOW_MS + 4000, NOW_MS + 4000]);
});

it('is another one when a target falls behind, and says so at that instant', () => {
  const { views, change } = changingBook(status('a'), status('b', { lastSuccessMs: NOW_MS - 3000 }));
  const view = views.at(NOW_MS);
  // One interval and the time-out after the last success.
  expect(views.at(NOW_MS + 4500)).toBe(view);
  const behind = views.at(NOW_MS + 4501);
  expect(ids(behind)).toEqual(['a']);
  change([status('a', { lastSuccessMs: NOW_MS + 4600 }), status('b', { lastSuccessMs: NOW_MS + 4600 })]);
  expect(ids(views.at(NOW_MS + 4700))).toEqual(['a', 'b']);
});

it('is another one when the book says something else, with the same set of live targets where that is the same', () => {
  const { views, change } = changingBook(status('a', { pod: 'p' }));
  const view = views.at(NOW_MS);
  change([status('a', { pod: 'p' }), failed(status('b', { pod: 'p' }))]);
  const next = views.at(NOW_MS);
  expect(next).not.toBe(view);
  expect(next.liveIds).toBe(view.liveIds);
  expect(next.ofPod('triton', pod('p')).map(({ target }) => target.id)).toEqual(['a', 'b']);
  expect(next.ofPod('dcgm', pod('p'))).toEqual([]);
});

it('finds targets by the node that they say', () => {
  const { views } = changingBook(
    status('k', { source: 'kubelet', node: 'n1' }),
    status('l', { source: 'kubelet', node: 'n1' }),
    status('m', { source: 'kubelet' }),
    status('x', { source: 'dcgm', node: 'n1' }),
  );
  const named = (node: string | undefined): string[] =>
    views
      .at(NOW_MS)
      .ofNode('kubelet', node)
      .map(({ target }) => target.id);
  expect([named('n1'), named('n2'), named(''), named(undefined)]).toEqual([['k', 'l'], [], [], []]);
});

it('is made anew for an earlier time', () => {
  const { views } = changingBook(status('a', { lastSuccessMs: NOW_MS }));
  expect(ids(views.at(NOW_MS + 8000))).toEqual([]);
  expect(ids(views.at(NOW_MS))).toEqual(['a']);
});
