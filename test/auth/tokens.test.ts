// Whose a token is.
import { describe, expect, it } from 'vitest';
import { ReviewFailed } from '../../src/auth/reviews.ts';
import { createTokenOwner } from '../../src/auth/tokens.ts';
import { answer, reviewed, type Script, unreachable } from './support/api-server.ts';
import { worldOf } from './support/world.ts';

const USER = {
  username: 'system:serviceaccount:ns:sa',
  uid: '7',
  groups: ['system:serviceaccounts', 'system:authenticated'],
  extra: { 'authentication.kubernetes.io/pod-name': ['p'] },
};

function ownerIn(script: Script) {
  const world = worldOf(script);
  return { ...world, owner: createTokenOwner(world) };
}

describe('the owner of a token', () => {
  it('is whom the API server names', async () => {
    const { owner, server } = ownerIn(() => reviewed({ authenticated: true, user: USER }));
    expect(await owner('secret')).toMatchObject({
      user: USER.username,
      uid: '7',
      groups: USER.groups,
      extra: new Map([['authentication.kubernetes.io/pod-name', ['p']]]),
    });
    expect(server.asked).toMatchObject([{ body: { spec: { token: 'secret' } } }]);
  });

  it('belongs to the authenticated ones, whatever groups were named', async () => {
    const { owner } = ownerIn(() => reviewed({ authenticated: true, user: { username: 'u', groups: null, extra: null } }));
    expect(await owner('secret')).toMatchObject({ user: 'u', groups: ['system:authenticated'], extra: new Map() });
  });

  it.each<[string, object]>([
    ['is not authenticated', { authenticated: false, user: USER }],
    ['has an error', { error: 'token expired' }],
    ['has no user', { authenticated: true }],
    ['has a user without a name', { authenticated: true, user: { groups: ['system:masters'] } }],
  ])('is nobody when the status %s', async (_, status) => {
    const { owner } = ownerIn(() => reviewed(status));
    expect(await owner('secret')).toBeUndefined();
  });

  it('cannot be found out from a status that is none', async () => {
    for (const status of [{ authenticated: 'yes' }, { authenticated: true, user: { username: 7 } }]) {
      const { owner } = ownerIn(() => reviewed(status));
      await expect(owner('secret')).rejects.toThrow(ReviewFailed);
    }
  });
});

describe('what is remembered', () => {
  it('is the owner, for ten seconds', async () => {
    const { owner, server, clock } = ownerIn(() => reviewed({ authenticated: true, user: USER }));
    await owner('secret');
    await clock.advance(9_999);
    await owner('secret');
    expect(server.asked).toHaveLength(1);
    await clock.advance(1);
    server.script = () => reviewed({ authenticated: false });
    expect(await owner('secret')).toBeUndefined();
    expect(server.asked).toHaveLength(2);
  });

  it('is that it has none, for two seconds', async () => {
    const { owner, server, clock } = ownerIn(() => reviewed({ authenticated: false }));
    await owner('secret');
    await clock.advance(1_999);
    await owner('secret');
    expect(server.asked).toHaveLength(1);
    await clock.advance(1);
    server.script = () => reviewed({ authenticated: true, user: USER });
    expect(await owner('secret')).toMatchObject({ user: USER.username });
  });

  it('is no failure', async () => {
    const { owner, server, clock } = ownerIn(unreachable);
    const failed = owner('secret').catch((error: unknown) => error);
    await clock.advance(20_000);
    expect(await failed).toBeInstanceOf(ReviewFailed);
    server.script = () => reviewed({ authenticated: true, user: USER });
    expect(await owner('secret')).toMatchObject({ user: USER.username });
  });

  it('is of that token only; equal ones are asked about once', async () => {
    const { owner, server } = ownerIn(({ body }) =>
      answer(201, { status: { authenticated: true, user: { username: JSON.stringify(body) } } }),
    );
    const [one, other, again] = await Promise.all([owner('a'), owner('b'), owner('a')]);
    expect(server.asked).toHaveLength(2);
    expect(one?.user).toContain('"a"');
    expect(other?.user).toContain('"b"');
    expect(again).toBe(one);
  });
});
