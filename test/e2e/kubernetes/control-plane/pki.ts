// Keys and certificates of a cluster that lives for one test run.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

export interface KeyPair {
  /** PKCS #8. */
  readonly keyPem: string;
  readonly certPem: string;
}

export interface Identity {
  readonly commonName: string;
  /** What Kubernetes takes for a group. */
  readonly organization?: string;
  /** DNS names and IP addresses: with them it is a server's certificate, without them a client's. */
  readonly hosts?: readonly string[];
  /** It ended an hour ago. */
  readonly expired?: boolean;
}

export interface Authority {
  readonly certPem: string;
  issue(identity: Identity): Promise<KeyPair>;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export async function createAuthority(commonName: string): Promise<Authority> {
  const keys = await newKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [commonName] }],
    ...validity(),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign | KeyUsageFlags.digitalSignature, true),
    ],
  });
  return { certPem: certificate.toString('pem'), issue: (identity) => issue(identity, { certificate, key: keys.privateKey }) };
}

/** The pair that signs and checks service account tokens: PKCS #8 and SPKI. */
export async function createSigningKeys(): Promise<{ readonly privatePem: string; readonly publicPem: string }> {
  const keys = await newKeys();
  const publicKey = await webcrypto.subtle.exportKey('spki', keys.publicKey);
  return { privatePem: await privatePem(keys), publicPem: PemConverter.encode(publicKey, 'PUBLIC KEY') };
}

async function issue(
  { commonName, organization, hosts = [], expired = false }: Identity,
  issuer: { readonly certificate: X509Certificate; readonly key: webcrypto.CryptoKey },
): Promise<KeyPair> {
  const keys = await newKeys();
  const isServer = hosts.length > 0;
  const certificate = await X509CertificateGenerator.create({
    subject: [{ CN: [commonName] }, ...(organization === undefined ? [] : [{ O: [organization] }])],
    issuer: issuer.certificate.subjectName,
    ...validity(expired ? -HOUR_MS : DAY_MS),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: issuer.key,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([isServer ? ExtendedKeyUsage.serverAuth : ExtendedKeyUsage.clientAuth]),
      ...(isServer ? [new SubjectAlternativeNameExtension(hosts.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value })))] : []),
    ],
  });
  return { keyPem: await privatePem(keys), certPem: certificate.toString('pem') };
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

async function privatePem(keys: webcrypto.CryptoKeyPair): Promise<string> {
  return PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
}

/** From two hours ago: for clocks that are behind, and for what is to have ended. */
function validity(endsInMs = DAY_MS): { readonly notBefore: Date; readonly notAfter: Date } {
  const nowMs = Date.now();
  return { notBefore: new Date(nowMs - 2 * HOUR_MS), notAfter: new Date(nowMs + endsInMs) };
}
