import { expect, it } from 'vitest';
import { type Claims, identityOf } from '../../src/auth/identity.ts';

const CLAIMS: readonly Claims[] = [
  { user: 'u', groups: [] },
  { user: 'v', groups: [] },
  { user: 'u', groups: ['a'] },
  { user: 'u', groups: ['a', 'b'] },
  { user: 'u', groups: ['b', 'a'] },
  { user: 'u', groups: ['a","b'] },
  { user: 'u', uid: '1', groups: [] },
  { user: 'u', groups: [], extra: new Map([['k', ['a']]]) },
  { user: 'u', groups: [], extra: new Map([['k', ['a', 'b']]]) },
  {
    user: 'u',
    groups: [],
    extra: new Map([
      ['k', ['a']],
      ['l', ['b']],
    ]),
  },
];

it('has one key for each identity', () => {
  expect(new Set(CLAIMS.map((claims) => identityOf(claims).key)).size).toBe(CLAIMS.length);
  expect(CLAIMS.map((claims) => identityOf(claims).key)).toEqual(CLAIMS.map((claims) => identityOf(claims).key));
});

it('does not ask in which order extra came', () => {
  const one = identityOf({
    user: 'u',
    groups: [],
    extra: new Map([
      ['k', ['a']],
      ['l', ['b']],
    ]),
  });
  const other = identityOf({
    user: 'u',
    groups: [],
    extra: new Map([
      ['l', ['b']],
      ['k', ['a']],
    ]),
  });
  expect(one.key).toBe(other.key);
});

it('leaves the groups that it was given alone', () => {
  const groups = ['a'];
  expect(identityOf({ user: 'u', groups }).groups).toEqual(['a', 'system:authenticated']);
  expect(groups).toEqual(['a']);
});
