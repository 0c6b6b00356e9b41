// The keys and certificates of a control plane, as files that its programs read when they start.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Files } from './flags.ts';
import { type Authority, createAuthority, createSigningKeys, type KeyPair } from './pki.ts';

/** By which kube-apiserver speaks for others to the API servers behind it. */
export interface FrontProxy {
  readonly authority: Authority;
  readonly client: KeyPair;
}

export interface Keys {
  readonly files: Files;
  readonly frontProxy: FrontProxy;
}

export async function writeKeys(folder: string, authority: Authority): Promise<Keys> {
  const files = filesIn(folder);
  const serving = await authority.issue({ commonName: 'kube-apiserver', hosts: ['127.0.0.1', 'localhost', 'kubernetes.default.svc'] });
  const accounts = await createSigningKeys();
  await writeAll([
    [files.ca, authority.certPem],
    [files.servingCert, serving.certPem],
    [files.servingKey, serving.keyPem],
    [files.accountsPublic, accounts.publicPem],
    [files.accountsPrivate, accounts.privatePem],
  ]);
  return { files, frontProxy: await writeFrontProxy(files) };
}

/** An authority and a client's certificate that are new, over those that were there. */
export async function writeFrontProxy(files: Files): Promise<FrontProxy> {
  const authority = await createAuthority('e2e front proxy');
  const client = await authority.issue({ commonName: 'front-proxy-client' });
  await writeAll([
    [files.frontProxyCa, authority.certPem],
    [files.proxyClientCert, client.certPem],
    [files.proxyClientKey, client.keyPem],
  ]);
  return { authority, client };
}

function filesIn(folder: string): Files {
  const path = (name: keyof Files): string => join(folder, `${name}.pem`);
  return {
    ca: path('ca'),
    servingCert: path('servingCert'),
    servingKey: path('servingKey'),
    frontProxyCa: path('frontProxyCa'),
    proxyClientCert: path('proxyClientCert'),
    proxyClientKey: path('proxyClientKey'),
    accountsPublic: path('accountsPublic'),
    accountsPrivate: path('accountsPrivate'),
  };
}

async function writeAll(texts: readonly (readonly [file: string, text: string])[]): Promise<void> {
  for (const [file, text] of texts) await writeFile(file, text, { mode: 0o600 });
}
