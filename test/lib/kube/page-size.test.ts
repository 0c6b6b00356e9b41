import { expect, it } from 'vitest';
import { PageSize } from '../../../src/lib/kube/page-size.ts';

it('goes to pages of half a MiB, and no faster than twice a page', () => {
  const size = new PageSize();
  expect(size.limit).toBe(100);
  size.came({ objects: 100, bytes: 100 * 1_000 });
  expect(size.limit).toBe(200);
  size.came({ objects: 200, bytes: 200 * 1_000 });
  expect(size.limit).toBe(400);
  size.came({ objects: 400, bytes: 400 * 1_000 });
  expect(size.limit).toBe(524);
  size.came({ objects: 100, bytes: 100 * 10 });
  expect(size.limit).toBe(1_000);
  size.came({ objects: 1_000, bytes: 1_000 * 8 * 1024 });
  expect(size.limit).toBe(64);
  size.came({ objects: 1, bytes: 3 * 1024 * 1024 });
  expect(size.limit).toBe(1);
});

it('learns nothing from an empty page', () => {
  const size = new PageSize();
  size.came({ objects: 0, bytes: 100 });
  expect(size.limit).toBe(100);
});

it('shrinks to one object, and then no more', () => {
  const size = new PageSize();
  const limits: number[] = [];
  while (size.shrink()) limits.push(size.limit);
  expect(limits).toEqual([25, 6, 1]);
  expect(size.limit).toBe(1);
});
