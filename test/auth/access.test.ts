// What a user may, and how long that holds.
import { describe, expect, it } from 'vitest';
import { createAccess } from '../../src/auth/access.ts';
import { type Claims, identityOf } from '../../src/auth/identity.ts';
import { type RequestAttributes, requestAttributes } from '../../src/auth/request-attributes.ts';
import { ReviewFailed } from '../../src/auth/reviews.ts';
import { reviewed, type Script } from './support/api-server.ts';
import { worldOf } from './support/world.ts';

const PODS = requestAttributes('GET', '/apis/custom.metrics.k8s.io/v1beta2/namespaces/ns/pods/*/m');
const USER = identityOf({ user: 'u', groups: ['g'] });

function accessIn(script: Script) {
  const world = worldOf(script);
  return { ...world, access: createAccess(world) };
}

describe('the question', () => {
  it('about a resource', async () => {
    const { access, server } = accessIn(() => reviewed({ allowed: true }));
    const identity = identityOf({ user: 'u', uid: '7', groups: ['g'], extra: new Map([['k', ['v']]]) });
    expect(await access.decide(identity, PODS)).toEqual({ allowed: true, reason: '' });
    expect(server.asked[0]?.body).toMatchObject({
      spec: {
        user: 'u',
        uid: '7',
        groups: ['g', 'system:authenticated'],
        extra: { k: ['v'] },
        resourceAttributes: {
          verb: 'get',
          group: 'custom.metrics.k8s.io',
          version: 'v1beta2',
          namespace: 'ns',
          resource: 'pods',
          subresource: 'm',
          name: '*',
        },
      },
    });
    expect(server.asked[0]?.body).not.toHaveProperty('spec.nonResourceAttributes');
    expect(server.asked[0]?.body).not.toHaveProperty('spec.resourceAttributes.kind');
  });

  it('about a path, by somebody without a uid', async () => {
    const { access, server } = accessIn(() => reviewed({ allowed: false, reason: 'no rule' }));
    expect(await access.decide(USER, requestAttributes('GET', '/metrics'))).toEqual({ allowed: false, reason: 'no rule' });
    expect(server.asked[0]?.body).toEqual({
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: { user: 'u', groups: ['g', 'system:authenticated'], nonResourceAttributes: { verb: 'get', path: '/metrics' } },
    });
  });

  it('is none about the masters', async () => {
    const { access, server } = accessIn(() => reviewed({ allowed: false }));
    expect(await access.decide(identityOf({ user: 'u', groups: ['a', 'system:masters'] }), PODS)).toMatchObject({ allowed: true });
    expect(await access.decide(identityOf({ user: 'system:masters', groups: [] }), PODS)).toMatchObject({ allowed: false });
    expect(server.asked).toHaveLength(1);
  });
});

describe('the decision', () => {
  it.each([
    [{ allowed: true }, true],
    [{ allowed: true, denied: true }, false],
    [{ denied: true }, false],
    [{}, false],
  ])('of %j: %s', async (status, allowed) => {
    const { access } = accessIn(() => reviewed(status));
    expect(await access.decide(USER, PODS)).toMatchObject({ allowed });
  });

  it('cannot be found out from a status that is none', async () => {
    const { access } = accessIn(() => reviewed({ allowed: 'yes' }));
    await expect(access.decide(USER, PODS)).rejects.toThrow(ReviewFailed);
  });

  it.each([true, false])('%s holds for ten seconds, and is there at once', async (allowed) => {
    const { access, server, clock } = accessIn(() => reviewed({ allowed }));
    await access.decide(USER, PODS);
    server.script = () => reviewed({ allowed: !allowed });
    await clock.advance(9_999);
    expect(access.decide(USER, PODS)).toEqual({ allowed, reason: '' });
    await clock.advance(1);
    expect(await access.decide(USER, PODS)).toEqual({ allowed: !allowed, reason: '' });
    expect(server.asked).toHaveLength(2);
  });

  it('has a reason that is cut', async () => {
    const { access } = accessIn(() => reviewed({ reason: 'x'.repeat(1000) }));
    expect((await access.decide(USER, PODS)).reason).toHaveLength(500);
  });
});

describe('a decision is remembered for its question only', () => {
  const claims: readonly Claims[] = [
    { user: 'u', groups: ['g'] },
    { user: 'v', groups: ['g'] },
    { user: 'u', groups: ['h'] },
  ];
  const base = {
    kind: 'resource',
    verb: 'get',
    group: 'g',
    version: 'v',
    namespace: 'n',
    resource: 'r',
    subresource: 's',
    name: 'x',
  } as const;
  const questions: readonly RequestAttributes[] = [
    base,
    ...(['verb', 'group', 'version', 'namespace', 'resource', 'subresource', 'name'] as const).map((part) => ({
      ...base,
      [part]: 'other',
    })),
    // The same letters, otherwise divided.
    { ...base, resource: 'rs', subresource: '' },
    { ...base, resource: 'r', subresource: 'sx', name: '' },
    { ...base, resource: '1,1' },
    { kind: 'path', verb: 'get', path: '/a' },
    { kind: 'path', verb: 'get', path: '/b' },
    { kind: 'path', verb: 'head', path: '/a' },
  ];

  it('whoever asks and whatever is asked', async () => {
    const { access, server } = accessIn(() => reviewed({ allowed: true }));
    for (const claim of claims) {
      for (const question of questions) await access.decide(identityOf(claim), question);
    }
    expect(server.asked).toHaveLength(claims.length * questions.length);
  });

  it('and equal ones are asked about once', async () => {
    const { access, server } = accessIn(() => reviewed({ allowed: true }));
    await Promise.all(Array.from({ length: 5 }, () => access.decide(identityOf({ user: 'u', groups: ['g'] }), PODS)));
    expect(server.asked).toHaveLength(1);
  });
});
