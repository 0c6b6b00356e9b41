import { expect, it } from 'vitest';
import { type KubeAnswer, type KubeClient, KubeUnreachable } from '../../../src/lib/kube/client.ts';
import { listPages, withQuery } from '../../../src/lib/kube/list-pages.ts';
import { PageSize } from '../../../src/lib/kube/page-size.ts';

async function pagesOf(...answers: readonly Partial<KubeAnswer>[]): Promise<unknown[]> {
  const left = [...answers];
  const client: KubeClient = {
    server: 'http://none',
    request: async () => ({ status: 200, json: undefined, bytes: 100, ...left.shift() }),
    watch: () => {
      throw new Error('not watched here');
    },
    close: async () => {},
  };
  const pages: unknown[] = [];
  const { signal } = new AbortController();
  for await (const page of listPages({ client, path: '/x', accept: '', size: new PageSize(), signal })) pages.push(page);
  return pages;
}

it('takes whatever is no object for one without fields', async () => {
  expect(await pagesOf({ json: { metadata: { resourceVersion: '5' }, items: [{ a: 1 }, 7, null] } })).toEqual([
    { objects: [{ a: 1 }, {}, {}], resourceVersion: '5' },
  ]);
  expect(await pagesOf({ json: { metadata: { resourceVersion: '5' }, items: null } })).toEqual([{ objects: [], resourceVersion: '5' }]);
});

it('goes on behind a page that is empty', async () => {
  const metadata = { resourceVersion: '5' };
  const pages = await pagesOf({ json: { metadata: { ...metadata, continue: 'next' }, items: [] } }, { json: { metadata, items: [{}] } });
  expect(pages).toHaveLength(2);
});

it.each([
  { name: 'a list without a version', answers: [{ json: { items: [] } }], says: 'it has no resourceVersion' },
  { name: 'what is no list', answers: [{ json: [1] }], says: 'it has no resourceVersion' },
  {
    name: 'a page that follows itself',
    answers: Array(2).fill({ json: { metadata: { resourceVersion: '5', continue: 'again' }, items: [] } }),
    says: 'it has the same page follow itself',
  },
])('refuses $name', async ({ answers, says }) => {
  const error: unknown = await pagesOf(...answers).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(KubeUnreachable);
  expect(error).toMatchObject({ reason: 'malformed', message: expect.stringContaining(says) });
});

it('throws what the server refuses, with its words where it has some', async () => {
  await expect(pagesOf({ status: 403, json: { message: 'forbidden' } })).rejects.toMatchObject({
    name: 'KubeRefused',
    message: 'forbidden',
  });
  await expect(pagesOf({ status: 404 })).rejects.toMatchObject({ status: 404, message: 'status 404' });
});

it('adds to a query what is not in it', () => {
  expect(withQuery('/x', { a: '1', b: '&' })).toBe('/x?a=1&b=%26');
  expect(withQuery('/x?c=2', { a: '1' })).toBe('/x?c=2&a=1');
});
