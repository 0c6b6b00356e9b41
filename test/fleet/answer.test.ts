import { expect, it } from 'vitest';
import { answerOf } from '../../src/fleet/answer.ts';

it.each([
  { source: 'triton', method: 'GET', path: '/metrics', status: 200, body: 'text\n' },
  { source: 'triton', method: 'GET', path: '/metrics/', status: 200, body: 'text\n' },
  { source: 'triton', method: 'GET', path: '/metrics?x=1', status: 200, body: 'text\n' },
  { source: 'triton', method: 'GET', path: '/metric', status: 200, body: '' },
  { source: 'triton', method: 'GET', path: '/', status: 200, body: '' },
  { source: 'triton', method: 'POST', path: '/metrics', status: 405, body: '{"error":"Method Not Allowed"}' },
  { source: 'triton', method: 'HEAD', path: '/metrics', status: 405, body: '{"error":"Method Not Allowed"}' },
  { source: 'dcgm', method: 'GET', path: '/metrics', status: 200, body: 'text\n' },
  { source: 'dcgm', method: 'GET', path: '/metrics/', status: 404, body: '404 page not found\n' },
  { source: 'dcgm', method: 'GET', path: '/x', status: 404, body: '404 page not found\n' },
] as const)('$source $method $path: $status', ({ source, method, path, status, body }) => {
  expect(answerOf({ kind: 'body', text: 'text\n' }, { source, method, path })).toMatchObject({ kind: 'answer', status, body });
});

it.each(['refused', 'hang'] as const)('%s stays what it is', (kind) => {
  expect(answerOf({ kind }, { source: 'triton', method: 'GET', path: '/metrics' })).toEqual({ kind });
});
