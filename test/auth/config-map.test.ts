// What kube-apiserver publishes, read part by part.
import { describe, expect, it } from 'vitest';
import { configMapData, delegationOfConfigMap } from '../../src/auth/config-map.ts';
import type { Delegation } from '../../src/auth/delegation.ts';
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

describe('delegationOfConfigMap', () => {
  it('reads what kube-apiserver writes', () => {
    const delegation = delegationOfConfigMap(DATA);
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
    const { frontProxy, problems } = delegationOfConfigMap({
      'client-ca-file': clients.certPem,
      'requestheader-client-ca-file': proxies.certPem,
    });
    expect(frontProxy).toMatchObject({ allowedNames: [], userHeaders: [], uidHeaders: [], groupHeaders: [], extraPrefixes: [] });
    expect(problems).toEqual([]);
  });

  it('leaves out a prefix that every header has', () => {
    expect(delegationOfConfigMap({ ...DATA, 'requestheader-extra-headers-prefix': '["", "X-"]' }).frontProxy.extraPrefixes).toEqual(['x-']);
  });

  it('reads several authorities, with text between them', () => {
    const { clientAuthorities } = delegationOfConfigMap({
      ...DATA,
      'client-ca-file': `# old\n${clients.certPem}\n# new\n${proxies.certPem}x\n`,
      'requestheader-client-ca-file': '',
    });
    expect(clientAuthorities.map(({ x509 }) => x509.subject)).toEqual(['CN=clients', 'CN=proxies']);
  });

  it('trusts nobody as the front proxy when the list of its names cannot be read', () => {
    for (const text of ['front-proxy-client', '{"a":1}', '[1]']) {
      const delegation = delegationOfConfigMap({ ...DATA, 'requestheader-allowed-names': text });
      expect(names(delegation)).toEqual({ ...BOTH, proxies: [] });
      expect(delegation.problems).toEqual([
        expect.stringMatching(/^cannot read requestheader-allowed-names of \S+: it is not a JSON list of texts$/),
      ]);
    }
  });

  it.each(['client-ca-file', 'requestheader-client-ca-file'])('goes on without %s', (key) => {
    const { [key]: _, ...rest }: Record<string, string> = DATA;
    const delegation = delegationOfConfigMap(rest);
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
    const delegation = delegationOfConfigMap({ ...DATA, 'client-ca-file': pem });
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
    const { clientAuthorities, problems } = delegationOfConfigMap({ ...DATA, 'client-ca-file': pem });
    expect(clientAuthorities).toHaveLength(100);
    expect(problems).toEqual([expect.stringMatching(/holds 101 certificates, and the first 100 are taken$/)]);
  });

  it('says when a bundle holds none', () => {
    const { problems } = delegationOfConfigMap({ ...DATA, 'client-ca-file': 'hello' });
    expect(problems).toEqual([
      'cannot use client-ca-file of kube-system/extension-apiserver-authentication: it holds no certificate in PEM',
    ]);
  });

  it('trusts an authority of both bundles in neither, under whatever certificate', async () => {
    const renewed = await authority('proxies renewed', { keys: proxies.keys });
    for (const shared of [proxies, renewed]) {
      const delegation = delegationOfConfigMap({ ...DATA, 'client-ca-file': `${clients.certPem}\n${shared.certPem}` });
      expect(names(delegation)).toEqual({ ...BOTH, proxies: [] });
      expect(delegation.problems).toEqual([
        expect.stringMatching(
          /^cannot trust the authority "CN=proxies": it is in client-ca-file and in requestheader-client-ca-file, so every client/,
        ),
      ]);
    }
  });
});

describe('configMapData', () => {
  it.each([
    [{ data: DATA }, DATA],
    [{ kind: 'ConfigMap' }, {}],
    [{ data: 7 }, undefined],
    [{ data: { a: 1 } }, undefined],
    ['no object', undefined],
  ])('%j', (object, data) => {
    expect(configMapData(object)).toEqual(data);
  });
});
