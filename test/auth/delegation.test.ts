// What kube-apiserver publishes, read part by part.
import { describe, expect, it } from 'vitest';
import { type Delegation, parseDelegation, readDelegationData } from '../../src/auth/delegation.ts';
import { answer, apiServer, unreachable } from './support/api-server.ts';
import { authority, make, RSA } from './support/authority.ts';

const clients = await authority('clients');
const proxies = await authority('proxies');

const DATA = {
  'client-ca-file': clients.certPem,
  'requestheader-client-ca-file': proxies.certPem,
  'requestheader-allowed-names': '["front-proxy-client"]',
  'requestheader-username-headers': '["X-Remote-User"]',
  'requestheader-uid-headers': '["X-Remote-Uid"]',
  'requestheader-group-headers': '["X-Remote-Group"]',
  'requestheader-extra-headers-prefix': '["X-Remote-Extra-"]',
};

function names({ clientAuthorities, frontProxy }: Delegation): { readonly clients: string[]; readonly proxies: string[] } {
  const subjects = (certificates: Delegation['clientAuthorities']) => certificates.map(({ x509 }) => x509.subject);
  return { clients: subjects(clientAuthorities), proxies: subjects(frontProxy.authorities) };
}

const BOTH = { clients: ['CN=clients'], proxies: ['CN=proxies'] };

describe('parseDelegation', () => {
  it('reads what kube-apiserver writes', () => {
    const delegation = parseDelegation(DATA);
    expect(names(delegation)).toEqual(BOTH);
    expect(delegation).toMatchObject({
      frontProxy: {
        allowedNames: ['front-proxy-client'],
        userHeaders: ['x-remote-user'],
        uidHeaders: ['x-remote-uid'],
        groupHeaders: ['x-remote-group'],
        extraPrefixes: ['x-remote-extra-'],
      },
      problems: [],
    });
  });

  it('takes a missing list for an empty one', () => {
    const { frontProxy, problems } = parseDelegation({
      'client-ca-file': clients.certPem,
      'requestheader-client-ca-file': proxies.certPem,
    });
    expect(frontProxy).toMatchObject({ allowedNames: [], userHeaders: [], uidHeaders: [], groupHeaders: [], extraPrefixes: [] });
    expect(problems).toEqual([]);
  });

  it('leaves out a prefix that every header has', () => {
    expect(parseDelegation({ ...DATA, 'requestheader-extra-headers-prefix': '["", "X-"]' }).frontProxy.extraPrefixes).toEqual(['x-']);
  });

  it('reads several authorities, with text between them', () => {
    const { clientAuthorities } = parseDelegation({
      ...DATA,
      'client-ca-file': `# old\n${clients.certPem}\n# new\n${proxies.certPem}x\n`,
      'requestheader-client-ca-file': '',
    });
    expect(clientAuthorities.map(({ x509 }) => x509.subject)).toEqual(['CN=clients', 'CN=proxies']);
  });

  it('trusts nobody as the front proxy when the list of its names cannot be read', () => {
    for (const text of ['front-proxy-client', '{"a":1}', '[1]']) {
      const delegation = parseDelegation({ ...DATA, 'requestheader-allowed-names': text });
      expect(names(delegation)).toEqual({ ...BOTH, proxies: [] });
      expect(delegation.problems).toEqual([
        expect.stringMatching(/^cannot read requestheader-allowed-names of \S+: it is not a JSON list of texts$/),
      ]);
    }
  });

  it.each(['client-ca-file', 'requestheader-client-ca-file'])('goes on without %s', (key) => {
    const { [key]: _, ...rest }: Record<string, string> = DATA;
    const delegation = parseDelegation(rest);
    expect(names(delegation)).toEqual(key === 'client-ca-file' ? { ...BOTH, clients: [] } : { ...BOTH, proxies: [] });
    expect(delegation.problems).toEqual([
      `kube-system/extension-apiserver-authentication has no ${key}; start kube-apiserver with --${key}`,
    ]);
  });

  it('lets one bad certificate cost only itself', async () => {
    const leaf = await make({ name: [{ CN: ['leaf'] }] });
    const weak = await authority('weak', { algorithm: { ...RSA, modulusLength: 1024 } });
    const broken = '-----BEGIN CERTIFICATE-----\nanVuaw==\n-----END CERTIFICATE-----\n';
    const pem = [broken, leaf.certPem, weak.certPem, clients.certPem].join('\n');
    const delegation = parseDelegation({ ...DATA, 'client-ca-file': pem });
    expect(names(delegation)).toEqual(BOTH);
    const which = 'client-ca-file of kube-system/extension-apiserver-authentication';
    expect(delegation.problems).toEqual([
      expect.stringMatching(new RegExp(`^cannot use certificate 1 of ${which}: it cannot be read: .`)),
      `cannot use certificate 2 of ${which}: "CN=leaf" is no authority: its basic constraints do not say so`,
      `cannot use certificate 3 of ${which}: its RSA key has 1024 bits, and 2048 are the least`,
    ]);
  });

  it('takes a hundred authorities and says so when there are more', () => {
    const pem = Array.from({ length: 101 }, () => clients.certPem).join('\n');
    const { clientAuthorities, problems } = parseDelegation({ ...DATA, 'client-ca-file': pem });
    expect(clientAuthorities).toHaveLength(100);
    expect(problems).toEqual([expect.stringMatching(/holds 101 certificates, and the first 100 are taken$/)]);
  });

  it('says when a bundle holds none', () => {
    const { problems } = parseDelegation({ ...DATA, 'client-ca-file': 'hello' });
    expect(problems).toEqual([
      'cannot use client-ca-file of kube-system/extension-apiserver-authentication: it holds no certificate in PEM',
    ]);
  });

  it('trusts an authority of both bundles in neither, under whatever certificate', async () => {
    const renewed = await authority('proxies renewed', { keys: proxies.keys });
    for (const shared of [proxies, renewed]) {
      const delegation = parseDelegation({ ...DATA, 'client-ca-file': `${clients.certPem}\n${shared.certPem}` });
      expect(names(delegation)).toEqual({ ...BOTH, proxies: [] });
      expect(delegation.problems).toEqual([
        expect.stringMatching(
          /^cannot trust the authority "CN=proxies": it is in client-ca-file and in requestheader-client-ca-file, so every client/,
        ),
      ]);
    }
  });
});

describe('readDelegationData', () => {
  const read = (script: Parameters<typeof apiServer>[0]) => readDelegationData(apiServer(script), AbortSignal.timeout(10_000));

  it('asks for the one ConfigMap', async () => {
    const server = apiServer(() => answer(200, { kind: 'ConfigMap', data: DATA }));
    expect(await readDelegationData(server, AbortSignal.timeout(10_000))).toEqual(DATA);
    expect(server.asked).toMatchObject([
      { method: 'GET', path: '/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication' },
    ]);
  });

  it.each([
    [200, 'the answer is no ConfigMap; check that this is the address of a Kubernetes API server'],
    [401, 'the API server does not know who asks; check the credentials of Plimsoll'],
    [
      403,
      'the right is missing; bind the Role extension-apiserver-authentication-reader of the namespace kube-system to the service account of Plimsoll',
    ],
    [404, 'there is none; check that this is the cluster that aggregates the metrics API'],
    [500, 'the API server answered 500'],
  ])('%i: %s', async (code, why) => {
    const json = code === 200 ? { data: 7 } : { kind: 'Status' };
    await expect(read(() => answer(code, json))).rejects.toThrow(
      new Error(`cannot read the ConfigMap kube-system/extension-apiserver-authentication: ${why}`),
    );
  });

  it('says when nobody answers', async () => {
    await expect(read(unreachable)).rejects.toThrow(
      /: cannot ask https:\/\/cluster: connection refused; check the way to https:\/\/cluster$/,
    );
  });

  it('hides no mistake of ours', async () => {
    await expect(
      read(() => {
        throw new TypeError('BUG');
      }),
    ).rejects.toThrow(TypeError);
  });
});
