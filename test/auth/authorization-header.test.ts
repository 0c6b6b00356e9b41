import { expect, it } from 'vitest';
import { authorizationHeader } from '../../src/auth/authorization-header.ts';

const one = (scheme: string, credentials: string) => ({ kind: 'one', scheme, credentials });

it.each<[readonly string[], object]>([
  [['Authorization', 'Bearer abc'], one('bearer', 'abc')],
  [['authorization', 'bearer abc'], one('bearer', 'abc')],
  [['Accept', 'authorization', 'AUTHORIZATION', '  BEARER abc  '], one('bearer', 'abc')],
  [['Authorization', 'Bearer abc def'], one('bearer', 'abc')],
  [['Authorization', 'Bearer'], one('bearer', '')],
  [['Authorization', 'Bearer  abc'], one('bearer', '')],
  [['Authorization', 'Basic YTpi'], one('basic', 'YTpi')],
  [['Authorization', ''], one('', '')],
  [['Accept', 'authorization'], { kind: 'none' }],
  [['Proxy-Authorization', 'Bearer abc'], { kind: 'none' }],
  [[], { kind: 'none' }],
  [['Authorization', 'Bearer a', 'Accept', '*/*', 'authorization', 'Bearer a'], { kind: 'several' }],
])('%j', (rawHeaders, expected) => {
  expect(authorizationHeader(rawHeaders)).toEqual(expected);
});
