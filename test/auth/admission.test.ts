// Who gets in, over real TLS connections with real certificates.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answer, configMapEvent, reviewed, type Script, status, unreachable } from './support/api-server.ts';
import { authority, BROKEN_USAGES, CLIENT, client, type Made, make, SERVER, unknownExtension, type Wish } from './support/authority.ts';
import { type Asker, clientOf, cluster, type Face, openFace, PODS } from './support/secure-face.ts';

const HOUR_MS = 3_600_000;
const clients = await authority('clients');
const proxies = await authority('proxies');
const stranger = await authority('proxies');

const DATA = {
  'client-ca-file': clients.certPem,
  'requestheader-client-ca-file': proxies.certPem,
  'requestheader-allowed-names': '["front-proxy-client"]',
  'requestheader-username-headers': '["X-Remote-User"]',
  'requestheader-uid-headers': '["X-Remote-Uid"]',
  'requestheader-group-headers': '["X-Remote-Group"]',
  'requestheader-extra-headers-prefix': '["X-Remote-Extra-"]',
};
const USERS = { good: { username: 'bearer', groups: ['g'] }, master: { username: 'root', groups: ['system:masters'] } };
const FORGED = {
  'X-Remote-User': 'admin',
  'X-Remote-Uid': '1',
  'X-Remote-Group': ['system:masters', 'a, b'],
  'X-Remote-Extra-Example.com%2Fscopes': 'all',
};
const UNAUTHORIZED = { kind: 'refused', code: 401, message: 'Unauthorized' };

const admitted = (user: string) => ({ kind: 'admitted', user });
const proxy = (wish: Wish = {}): Promise<Made> => client(proxies, 'front-proxy-client', wish);

/** What one connection is answered to forged headers, and to none. */
async function answers(asker: Asker, face?: Face): Promise<readonly [unknown, unknown]> {
  const asking = clientOf(face ?? (await openFace(cluster(DATA, USERS))), asker);
  return [await asking.ask({ headers: FORGED }), await asking.ask()];
}

describe('a front proxy', () => {
  it('speaks for whom its headers name; the review is about that user, and one that holds is not asked again', async () => {
    const face = await openFace(cluster(DATA));
    const headers = { ...FORGED, 'X-Remote-Group': ['a, b', 'c'] };
    const asking = clientOf(face, { shows: [await proxy()] });
    for (let round = 0; round < 3; round += 1) expect(await asking.ask({ headers })).toEqual(admitted('admin'));
    expect(face.server.asked.filter(({ method }) => method === 'POST').map(({ body }) => body)).toEqual([
      {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: {
          user: 'admin',
          uid: '1',
          groups: ['a, b', 'c', 'system:authenticated'],
          extra: { 'example.com/scopes': ['all'] },
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
      },
    ]);
  });

  it('speaks for many over one connection', async () => {
    const asking = clientOf(await openFace(cluster(DATA)), { shows: [await proxy()] });
    for (const user of ['a', 'b', 'a', 'c', 'b']) {
      expect(await asking.ask({ headers: { 'X-Remote-User': user } })).toEqual(admitted(user));
    }
    expect(await asking.ask()).toEqual(UNAUTHORIZED);
    expect(await asking.ask({ headers: { 'X-Remote-User': 'a' } })).toEqual(admitted('a'));
  });

  it('needs no review for the masters', async () => {
    const face = await openFace(cluster(DATA));
    expect(await answers({ shows: [await proxy()] }, face)).toEqual([admitted('admin'), UNAUTHORIZED]);
    expect(face.server.asked.filter(({ method }) => method === 'POST')).toEqual([]);
  });

  it('is nobody by itself, but may show a token', async () => {
    const asking = clientOf(await openFace(cluster(DATA, USERS)), { shows: [await proxy()] });
    expect(await asking.ask({ headers: { 'X-Remote-Group': 'system:masters' } })).toEqual(UNAUTHORIZED);
    expect(await asking.ask({ headers: { Authorization: 'Bearer good' } })).toEqual(admitted('bearer'));
    expect(await asking.ask({ headers: { Authorization: 'Bearer good', 'X-Remote-User': 'named' } })).toEqual(admitted('named'));
  });

  it('hands the anonymous one on, who is judged as such', async () => {
    const face = await openFace(cluster(DATA));
    const headers = { 'X-Remote-User': 'system:anonymous', 'X-Remote-Group': 'system:unauthenticated' };
    expect(await clientOf(face, { shows: [await proxy()] }).ask({ headers })).toEqual(admitted('system:anonymous'));
    expect(face.server.asked.at(-1)?.body).toMatchObject({ spec: { user: 'system:anonymous', groups: ['system:unauthenticated'] } });
  });

  it.each([
    ['whatever its name, where no names are given', { 'requestheader-allowed-names': '[]' }, 'somebody'],
    ['by other headers, where they are given', { 'requestheader-username-headers': '["X-Nobody", "X-REMOTE-USER"]' }, 'front-proxy-client'],
  ])('is one %s', async (_, data, commonName) => {
    const face = await openFace(cluster({ ...DATA, ...data }));
    expect(await answers({ shows: [await client(proxies, commonName)] }, face)).toEqual([admitted('admin'), UNAUTHORIZED]);
  });

  it('may send the certificates between its own and the authority', async () => {
    const upper = await authority('upper', { by: proxies });
    const lower = await authority('lower', { by: upper });
    const own = await client(lower, 'front-proxy-client');
    expect(await answers({ shows: [own, lower, upper] })).toEqual([admitted('admin'), UNAUTHORIZED]);
    expect(await answers({ shows: [own, lower] })).toEqual([UNAUTHORIZED, UNAUTHORIZED]);
  });
});

describe('headers mean nothing', () => {
  it.each<[string, () => Promise<Made>]>([
    ['from another authority of the same name', () => client(stranger, 'front-proxy-client')],
    ['from a name that is not allowed', () => client(proxies, 'front-proxy-clients')],
    ['from a certificate for servers', () => proxy({ usages: SERVER })],
    ['from an expired certificate', () => proxy({ untilMs: -HOUR_MS })],
    ['from a certificate that is not valid yet', () => proxy({ fromMs: HOUR_MS })],
    ['from a certificate that signed itself', () => make({ name: [{ CN: ['front-proxy-client'] }], usages: CLIENT })],
    ['from a pretended authority', () => authority('proxies', { usages: CLIENT })],
    [
      'from a certificate with two names',
      () => make({ by: proxies, name: [{ CN: ['front-proxy-client'] }, { CN: ['x'] }], usages: CLIENT }),
    ],
  ])('%s: nobody', async (_, made) => {
    expect(await answers({ shows: [await made()] })).toEqual([UNAUTHORIZED, UNAUTHORIZED]);
  });

  it('without a certificate', async () => {
    expect(await answers({})).toEqual([UNAUTHORIZED, UNAUTHORIZED]);
  });

  it('from a client that has the name of the front proxy', async () => {
    const user = admitted('front-proxy-client');
    expect(await answers({ shows: [await client(clients, 'front-proxy-client')] })).toEqual([user, user]);
  });

  it('from one whose authority is in both bundles, who is nobody at all', async () => {
    const face = await openFace(cluster({ ...DATA, 'client-ca-file': proxies.certPem }));
    expect(await answers({ shows: [await proxy()] }, face)).toEqual([UNAUTHORIZED, UNAUTHORIZED]);
    expect(face.lines.map(({ said }) => said)).toContain('error authentication settings cannot all be used');
  });

  it('beside a token', async () => {
    const asking = clientOf(await openFace(cluster(DATA, USERS)));
    expect(await asking.ask({ headers: { ...FORGED, Authorization: 'Bearer good' } })).toEqual(admitted('bearer'));
    expect(await asking.ask({ headers: { ...FORGED, Authorization: 'Bearer bad' } })).toEqual(UNAUTHORIZED);
  });
});

describe('property: without the certificate of a front proxy no headers make another user', () => {
  const name = fc.oneof(
    fc.constantFrom(
      'X-Remote-User',
      'x-remote-user',
      'X-REMOTE-USER',
      'X-Remote-Group',
      'X-Remote-Uid',
      'X-Remote-Extra-a',
      'Impersonate-User',
      'Impersonate-Group',
    ),
    fc.constantFrom(
      'Cookie',
      'Forwarded',
      'X-Forwarded-For',
      'X-Forwarded-Client-Cert',
      'X-Ssl-Cert',
      'X-Client-Cert',
      'Proxy-Authorization',
    ),
    fc.stringMatching(/^[a-zA-Z-]{1,12}$/).map((text) => `X-${text}`),
  );
  const value = fc.oneof(
    fc.constantFrom('admin', 'system:masters', 'front-proxy-client', 'Bearer master', ''),
    fc.stringMatching(/^[ -~]{0,20}$/),
  );
  const headers = fc.dictionary(name, fc.oneof(value, fc.array(value, { minLength: 1, maxLength: 3 })), { maxKeys: 6 });

  it.each<[string, () => Promise<readonly Made[]>, string | undefined]>([
    ['no certificate', async () => [], undefined],
    ['a client', async () => [await client(clients, 'u', { groups: ['g'] })], 'u'],
    ['a client with the name of the front proxy', async () => [await client(clients, 'front-proxy-client')], 'front-proxy-client'],
    ['another authority', async () => [await client(stranger, 'front-proxy-client'), stranger, proxies], undefined],
  ])('%s', async (_, made, user) => {
    const face = await openFace(cluster(DATA, USERS));
    const asking = clientOf(face, { shows: await made() });
    await fc.assert(
      fc.asyncProperty(headers, async (forged) => {
        expect(await asking.ask({ headers: forged })).toEqual(user === undefined ? UNAUTHORIZED : admitted(user));
      }),
      { numRuns: 150 },
    );
    const users = face.server.asked.flatMap(({ body }) => (body === undefined ? [] : [(body as { spec: { user: string } }).spec.user]));
    expect(new Set(users)).toEqual(new Set(user === undefined ? [] : [user]));
  });
});

describe('a client certificate', () => {
  it('names the user and the groups', async () => {
    const face = await openFace(cluster(DATA));
    const made = await client(clients, 'u', { groups: ['g', 'h'] });
    expect(await answers({ shows: [made] }, face)).toEqual([admitted('u'), admitted('u')]);
    expect(face.server.asked.at(-1)?.body).toMatchObject({ spec: { user: 'u', groups: ['g', 'h', 'system:authenticated'] } });
  });

  it('of the masters needs no review', async () => {
    const face = await openFace(cluster(DATA));
    expect(await clientOf(face, { shows: [await client(clients, 'u', { groups: ['system:masters'] })] }).ask()).toEqual(admitted('u'));
    expect(face.server.asked).toHaveLength(1);
  });

  it('goes before a token', async () => {
    const asking = clientOf(await openFace(cluster(DATA, USERS)), { shows: [await client(clients, 'u')] });
    expect(await asking.ask({ headers: { Authorization: 'Bearer good' } })).toEqual(admitted('u'));
  });

  it.each<[string, () => Promise<Made>]>([
    ['of another authority', () => client(stranger, 'u')],
    ['that has expired', () => client(clients, 'u', { untilMs: -HOUR_MS })],
    ['that is not valid yet', () => client(clients, 'u', { fromMs: HOUR_MS })],
    ['for servers', () => client(clients, 'u', { usages: SERVER })],
    ['without a name', () => make({ by: clients, name: [{ O: ['system:masters'] }], usages: CLIENT })],
    ['with two names', () => make({ by: clients, name: [{ CN: ['u'] }, { CN: ['v'] }], usages: CLIENT })],
    ['with an extension that cannot be read', () => client(clients, 'u', { usages: undefined, more: [BROKEN_USAGES] })],
    ['with a critical extension that nobody knows', () => client(clients, 'u', { more: [unknownExtension({ critical: true })] })],
  ])('%s is nobody’s, and a token still counts', async (_, made) => {
    const asking = clientOf(await openFace(cluster(DATA, USERS)), { shows: [await made()] });
    expect(await asking.ask()).toEqual(UNAUTHORIZED);
    expect(await asking.ask({ headers: { Authorization: 'Bearer good' } })).toEqual(admitted('bearer'));
  });
});

describe('over time', () => {
  it('an open connection ends to be somebody when its certificate ends', async () => {
    const face = await openFace(cluster(DATA));
    const asking = clientOf(face, { shows: [await client(clients, 'u', { untilMs: HOUR_MS })] });
    expect(await asking.ask()).toEqual(admitted('u'));
    await face.clock.advance(HOUR_MS - 5_000);
    expect(await asking.ask()).toEqual(admitted('u'));
    // The clock began before the certificate was made.
    await face.clock.advance(10_000);
    expect(await asking.ask()).toEqual(UNAUTHORIZED);
  });

  it('an open connection becomes somebody when its certificate begins, within a minute', async () => {
    const face = await openFace(cluster(DATA));
    const asking = clientOf(face, { shows: [await client(clients, 'u', { fromMs: 5_000 })] });
    expect(await asking.ask()).toEqual(UNAUTHORIZED);
    await face.clock.advance(60_000);
    expect(await asking.ask()).toEqual(admitted('u'));
  });

  it('an open connection is judged anew when the authorities change', async () => {
    const face = await openFace(cluster(DATA), { endsConnections: false });
    const before = clientOf(face, { shows: [await proxy()] });
    const after = clientOf(face, { shows: [await client(stranger, 'front-proxy-client')] });
    expect([await before.ask({ headers: FORGED }), await after.ask({ headers: FORGED })]).toEqual([admitted('admin'), UNAUTHORIZED]);
    face.server.tell(configMapEvent({ ...DATA, 'requestheader-client-ca-file': stranger.certPem }));
    await face.clock.advance(0);
    expect([await before.ask({ headers: FORGED }), await after.ask({ headers: FORGED })]).toEqual([UNAUTHORIZED, admitted('admin')]);
  });

  it('connections with a certificate end when the authorities change, so that clients show what they have by now', async () => {
    const face = await openFace(cluster(DATA, USERS));
    const withCertificate = clientOf(face, { shows: [await proxy()] });
    const withToken = clientOf(face);
    const BEARER = { headers: { Authorization: 'Bearer good' } };
    expect([await withCertificate.ask({ headers: FORGED }), await withToken.ask(BEARER)]).toEqual([admitted('admin'), admitted('bearer')]);
    face.server.tell(configMapEvent({ ...DATA, 'requestheader-allowed-names': '["front-proxy-client","other"]' }));
    await face.clock.advance(0);
    await withCertificate.closed();
    expect(await withCertificate.ask({ headers: FORGED })).toEqual(admitted('admin'));
    expect([withToken.isOpen(), await withToken.ask(BEARER)]).toEqual([true, admitted('bearer')]);
  });

  it('before the settings are read a certificate cannot be judged, and a token can', async () => {
    const known = cluster(DATA, USERS);
    const face = await openFace((request) => (request.path.includes('/configmaps?') ? status(403, 'no') : known(request)));
    const asking = clientOf(face, { shows: [await proxy()] });
    const message = 'cannot authenticate the request: the authentication settings are not read yet; /readyz says why';
    expect(await asking.ask({ headers: FORGED })).toEqual({ kind: 'refused', code: 500, message });
    expect(await asking.ask({ headers: { ...FORGED, Authorization: 'Bearer good' } })).toEqual(admitted('bearer'));
    expect(await clientOf(face).ask()).toEqual(UNAUTHORIZED);
    expect(face.admission.state()).toMatchObject({ ok: false });
    face.server.script = known;
    await face.clock.advance(1_000);
    expect(await asking.ask({ headers: FORGED })).toEqual(admitted('admin'));
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'the next connection of %s shows its certificates again, whatever session it remembers',
    async (maxVersion) => {
      const face = await openFace(cluster(DATA));
      const middle = await authority('middle', { by: proxies });
      const asking = clientOf(face, { shows: [await client(middle, 'front-proxy-client'), middle], maxVersion });
      const headers = { ...FORGED, Connection: 'close' };
      for (let round = 0; round < 3; round += 1) expect(await asking.ask({ headers })).toEqual(admitted('admin'));
    },
  );
});

describe('health', () => {
  it.each(['/livez', '/readyz', '/healthz', '/readyz?verbose', '/livez?a=/apis'])('%s is open', async (path) => {
    const face = await openFace(unreachable);
    expect(await clientOf(face).ask({ path })).toEqual(admitted('system:anonymous'));
  });

  it.each(['/livez/', '/livez/ping', '/Livez', '/livezz', '//livez', '/%6civez', '/', '/metrics', '/apis', '/version', '/openapi/v2'])(
    '%s is not',
    async (path) => {
      const face = await openFace(cluster(DATA));
      expect(await clientOf(face).ask({ path })).toEqual(UNAUTHORIZED);
    },
  );

  it('is open to reading only', async () => {
    const face = await openFace(cluster(DATA));
    expect(await clientOf(face).ask({ path: '/livez', method: 'POST' })).toEqual(UNAUTHORIZED);
  });
});

describe('what a user may not, or nobody can tell', () => {
  const access = (script: Script): Script => {
    const rest = cluster(DATA, USERS);
    return (request) => (request.path.endsWith('/subjectaccessreviews') ? script(request) : rest(request));
  };
  const BEARER = { headers: { Authorization: 'Bearer good' } };

  it('is 403 in the words of Kubernetes', async () => {
    const face = await openFace(access(({ body }) => reviewed({ reason: JSON.stringify(body).includes('pods') ? 'no rule' : '' })));
    expect(await clientOf(face).ask(BEARER)).toEqual({
      kind: 'refused',
      code: 403,
      message:
        'pods.custom.metrics.k8s.io "*" is forbidden: User "bearer" cannot get resource "pods/m" in API group "custom.metrics.k8s.io" in the namespace "ns": no rule',
    });
    expect(await clientOf(face).ask({ ...BEARER, path: '/metrics' })).toMatchObject({
      code: 403,
      message: 'forbidden: User "bearer" cannot get path "/metrics"',
    });
  });

  it.each<[string, Script]>([
    ['denied by the API server', () => status(403, 'subjectaccessreviews is forbidden')],
    ['no answer that can be read', () => answer(201, { status: { allowed: 1 } })],
    ['a mistake of ours', () => JSON.parse('{')],
  ])('is 500 and says nothing of the inside: %s', async (_, script) => {
    const face = await openFace(access(script));
    const refused = await clientOf(face).ask(BEARER);
    expect(refused).toMatchObject({ kind: 'refused', code: 500, message: expect.stringMatching(/^cannot authorize the request: /) });
    expect(JSON.stringify(refused)).not.toMatch(/cluster|Unexpected|forbidden/);
  });

  it('is 500 when the API server is away, for tokens too, and nobody is let in', async () => {
    const face = await openFace(cluster(DATA, USERS));
    face.server.script = unreachable;
    const asked = [clientOf(face).ask(BEARER), clientOf(face, { shows: [await client(clients, 'u')] }).ask()];
    const results = Promise.all(asked);
    let done = false;
    void results.then(() => {
      done = true;
    });
    while (!done) await face.clock.advance(500);
    expect(await results).toEqual([
      {
        kind: 'refused',
        code: 500,
        message: 'cannot authenticate the request: the API server did not answer tokenreviews; the log of Plimsoll says why',
      },
      {
        kind: 'refused',
        code: 500,
        message: 'cannot authorize the request: the API server did not answer subjectaccessreviews; the log of Plimsoll says why',
      },
    ]);
  });

  it('is counted', async () => {
    const face = await openFace(access(() => reviewed({ allowed: false })));
    await clientOf(face).ask(BEARER);
    await clientOf(face).ask();
    await clientOf(face, { shows: [await client(stranger, 'u')] }).ask();
    await clientOf(face, { shows: [await proxy()] }).ask({ headers: FORGED });
    expect(Object.fromEntries([...face.values].filter(([name]) => !name.includes('seconds')))).toEqual({
      'plimsoll_authentication_settings_readable{delegation}': 1,
      'plimsoll_authentication_attempts_total{token,success}': 1,
      'plimsoll_authentication_attempts_total{none,refused}': 1,
      'plimsoll_authentication_attempts_total{client-certificate,refused}': 1,
      'plimsoll_authentication_attempts_total{front-proxy,success}': 1,
      'plimsoll_authorization_decisions_total{denied}': 1,
      'plimsoll_authorization_decisions_total{allowed}': 1,
    });
  });
});

it('says no token and no key in log or answer', async () => {
  const face = await openFace((request) => (request.path.endsWith('/tokenreviews') ? status(400, 'bad') : cluster(DATA)(request)));
  const refused = await clientOf(face, { shows: [await client(stranger, 'u')] }).ask({
    path: PODS,
    headers: { Authorization: 'Bearer s3cr3t-t0ken' },
  });
  expect(JSON.stringify([refused, face.lines])).not.toMatch(/s3cr3t|PRIVATE KEY/);
  expect(face.lines.length).toBeGreaterThan(0);
});
