// Who is named in the headers of a trusted front proxy.
import { describe, expect, it } from 'vitest';
import { identityOfHeaders, namingHeaders } from '../../src/auth/headers.ts';
import type { Identity } from '../../src/auth/identity.ts';

const SAID = {
  userHeaders: ['x-remote-user', 'x-user'],
  uidHeaders: ['x-remote-uid'],
  groupHeaders: ['x-remote-group', 'x-group'],
  extraPrefixes: ['x-remote-extra-'],
};

function named(...rawHeaders: readonly string[]): Omit<Identity, 'key'> | undefined {
  const identity = identityOfHeaders(namingHeaders(rawHeaders, SAID), SAID);
  if (identity === undefined) return undefined;
  const { key: _, ...rest } = identity;
  return rest;
}

const NONE = new Map();

describe('identityOfHeaders', () => {
  it.each<[string, readonly string[], object | undefined]>([
    ['a user', ['X-Remote-User', 'u'], { user: 'u', groups: ['system:authenticated'], extra: NONE }],
    ['a user, however it is written', ['x-REMOTE-user', 'u'], { user: 'u', groups: ['system:authenticated'], extra: NONE }],
    ['nobody', ['Accept', '*/*'], undefined],
    ['groups without a user', ['X-Remote-Group', 'system:masters'], undefined],
    ['an empty user', ['X-Remote-User', ''], undefined],
    [
      'the first header that names one',
      ['X-User', 'v', 'X-Remote-User', 'u'],
      { user: 'u', groups: ['system:authenticated'], extra: NONE },
    ],
    [
      'the next header where the first is empty',
      ['X-User', 'v', 'X-Remote-User', ''],
      { user: 'v', groups: ['system:authenticated'], extra: NONE },
    ],
    ['the first of two values', ['X-Remote-User', 'u', 'X-Remote-User', 'v'], { user: 'u', groups: ['system:authenticated'], extra: NONE }],
    [
      'groups, apart and in order, empty ones left out',
      ['X-Group', 'c', 'X-Remote-User', 'u', 'X-Remote-Group', 'a, system:masters', 'X-Remote-Group', '', 'X-Remote-Group', 'b'],
      { user: 'u', groups: ['a, system:masters', 'b', 'c', 'system:authenticated'], extra: NONE },
    ],
    [
      'a user that is authenticated already',
      ['X-Remote-User', 'u', 'X-Remote-Group', 'system:authenticated'],
      { user: 'u', groups: ['system:authenticated'], extra: NONE },
    ],
    [
      'the anonymous one, who is not authenticated',
      ['X-Remote-User', 'system:anonymous', 'X-Remote-Group', 'system:unauthenticated'],
      { user: 'system:anonymous', groups: ['system:unauthenticated'], extra: NONE },
    ],
    ['the anonymous one without a group', ['X-Remote-User', 'system:anonymous'], { user: 'system:anonymous', groups: [], extra: NONE }],
    [
      'another one of the unauthenticated',
      ['X-Remote-User', 'u', 'X-Remote-Group', 'system:unauthenticated'],
      { user: 'u', groups: ['system:unauthenticated'], extra: NONE },
    ],
    ['a uid', ['X-Remote-User', 'u', 'X-Remote-Uid', '7'], { user: 'u', uid: '7', groups: ['system:authenticated'], extra: NONE }],
    [
      'extra, its keys decoded',
      [
        'X-Remote-User',
        'u',
        'X-Remote-Extra-Example.com%2fScopes',
        'a',
        'X-Remote-Extra-example.com%2Fscopes',
        'b',
        'X-Remote-Extra-%zz',
        'c',
      ],
      {
        user: 'u',
        groups: ['system:authenticated'],
        extra: new Map([
          ['example.com/scopes', ['a', 'b']],
          ['%zz', ['c']],
        ]),
      },
    ],
    [
      'a key that means something to objects',
      ['X-Remote-User', 'u', 'X-Remote-Extra-__proto__', 'x'],
      { user: 'u', groups: ['system:authenticated'], extra: new Map([['__proto__', ['x']]]) },
    ],
    [
      'UTF-8, which Node hands on byte by byte',
      ['X-Remote-User', Buffer.from('jürgen').toString('latin1')],
      { user: 'jürgen', groups: ['system:authenticated'], extra: NONE },
    ],
    ['nobody in bytes that are no UTF-8', ['X-Remote-User', 'j\xfcrgen'], undefined],
  ])('%s', (_, rawHeaders, expected) => {
    expect(named(...rawHeaders)).toEqual(expected);
  });
});

describe('namingHeaders', () => {
  it('is the same text exactly when the headers that name are the same', () => {
    const text = (...rawHeaders: readonly string[]) => namingHeaders(rawHeaders, SAID);
    expect(text('Accept', 'a', 'X-Remote-User', 'u', 'Audit-Id', '1')).toBe(text('X-Remote-User', 'u', 'Audit-Id', '2'));
    expect(text('X-Remote-User', 'u')).not.toBe(text('X-Remote-User', 'v'));
    expect(text('X-Remote-Group', 'a', 'X-Remote-Group', 'b')).not.toBe(text('X-Remote-Group', 'a\tb'));
    expect(text('Accept', '*/*')).toBe('');
  });
});
