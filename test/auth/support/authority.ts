// Certificates made in the test: authorities, what they sign, and everything that can be wrong with it.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  type JsonName,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  X509CertificateGenerator,
} from '@peculiar/x509';

const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
export const RSA = { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' };
export const ED25519 = { name: 'Ed25519' };

export type Algorithm = typeof EC | typeof RSA | typeof ED25519;

const DAY_MS = 24 * 3_600_000;

export interface Made {
  readonly certPem: string;
  readonly keyPem: string;
  readonly der: Buffer;
  readonly keys: webcrypto.CryptoKeyPair;
  readonly name: JsonName;
  readonly algorithm: Algorithm;
}

export interface Wish {
  readonly name?: JsonName;
  /** Who signs; itself when left out. */
  readonly by?: Made;
  /** Offsets from now. */
  readonly fromMs?: number;
  readonly untilMs?: number;
  readonly isAuthority?: boolean;
  readonly pathLength?: number;
  /** Object identifiers; `undefined` leaves the extension out. */
  readonly usages?: readonly string[] | undefined;
  readonly keyUsage?: KeyUsageFlags;
  readonly more?: readonly Extension[];
  readonly algorithm?: Algorithm;
  /** Keys of another certificate. */
  readonly keys?: webcrypto.CryptoKeyPair;
  /** Digest of the signature. */
  readonly hash?: string;
}

export const CLIENT = [ExtendedKeyUsage.clientAuth];
export const SERVER = [ExtendedKeyUsage.serverAuth];

export const SIGNS_CERTIFICATES = KeyUsageFlags.keyCertSign;
export const SIGNS_NO_CERTIFICATES = KeyUsageFlags.digitalSignature;

export async function make(wish: Wish = {}): Promise<Made> {
  const { by, isAuthority = false, algorithm = EC, usages, fromMs = -DAY_MS, untilMs = DAY_MS, more = [] } = wish;
  const name = wish.name ?? [{ CN: ['somebody'] }];
  const keys = wish.keys ?? (await newKeys(algorithm));
  const signer = by ?? { name, keys, algorithm };
  const keyUsage = wish.keyUsage ?? (isAuthority ? KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign : KeyUsageFlags.digitalSignature);
  const certificate = await X509CertificateGenerator.create({
    subject: name,
    issuer: signer.name,
    notBefore: new Date(Date.now() + fromMs),
    notAfter: new Date(Date.now() + untilMs),
    signingAlgorithm: { ...signer.algorithm, ...(wish.hash !== undefined && { hash: wish.hash }) },
    publicKey: keys.publicKey,
    signingKey: signer.keys.privateKey,
    extensions: [
      new BasicConstraintsExtension(isAuthority, wish.pathLength, true),
      new KeyUsagesExtension(keyUsage, true),
      ...(usages === undefined ? [] : [new ExtendedKeyUsageExtension([...usages])]),
      ...more,
    ],
  });
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    certPem: certificate.toString('pem'),
    keyPem: PemConverter.encode(key, 'PRIVATE KEY'),
    der: Buffer.from(certificate.rawData),
    keys,
    name,
    algorithm,
  };
}

async function newKeys(algorithm: Algorithm): Promise<webcrypto.CryptoKeyPair> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  if (!('publicKey' in keys)) throw new Error('BUG: no pair of keys');
  return keys;
}

export function authority(commonName: string, wish: Wish = {}): Promise<Made> {
  return make({ name: [{ CN: [commonName] }], isAuthority: true, ...wish });
}

/** For a client, signed by `by`, with groups as its organisations. */
export function client(by: Made, commonName: string, wish: Wish & { readonly groups?: readonly string[] } = {}): Promise<Made> {
  const { groups = [], ...rest } = wish;
  const name = [...groups.map((group) => ({ O: [group] })), { CN: [commonName] }];
  return make({ name, by, usages: CLIENT, ...rest });
}

/** An extension that nobody knows. */
export function unknownExtension({ critical }: { readonly critical: boolean }): Extension {
  return new Extension('1.3.6.1.4.1.99999.1', critical, new Uint8Array([5, 0]));
}

/** Its uses are no list of uses. */
export const BROKEN_USAGES = new Extension('2.5.29.37', false, new Uint8Array([4, 1, 0]));

/** It says which names its authority may speak for. */
export const NAME_CONSTRAINTS = new Extension('2.5.29.30', false, new Uint8Array([0x30, 0]));
