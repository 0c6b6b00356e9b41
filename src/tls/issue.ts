// Certificates that Plimsoll makes: an authority of its own, and what it signs.
import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  type JsonGeneralName,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { ServingCertificate } from './serving-certificate.ts';

/** Of keys and signatures: what every TLS library takes, quick and short. */
export const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** An authority that signs servers and no other authorities. Its name is its own, so that of two in one bundle the right one is found. */
export async function makeAuthority(validity: Validity): Promise<ServingCertificate> {
  const keys = await newKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=plimsoll authority ${randomBytes(4).toString('hex')}`,
    ...validity,
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { keyPem: await keyPemOf(keys), certPem: certificate.toString('pem') };
}

export interface ServingRequest extends Validity {
  readonly authority: ServingCertificate;
  readonly hosts: readonly string[];
}

/** A certificate for a server with a fresh key. It does not outlive its authority, which would make it worthless. */
export async function issueServing({ authority, hosts, notBefore, notAfter }: ServingRequest): Promise<ServingCertificate> {
  const issuer = new X509Certificate(authority.certPem);
  const keys = await newKeys();
  const certificate = await X509CertificateGenerator.create({
    subject: 'CN=plimsoll',
    issuer: issuer.subjectName,
    notBefore,
    notAfter: new Date(Math.min(notAfter.getTime(), issuer.notAfter.getTime())),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: await importKey(authority.keyPem),
    extensions: [
      ...serverExtensions(hosts),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return { keyPem: await keyPemOf(keys), certPem: certificate.toString('pem') };
}

/** What makes a certificate one for a server of these names. */
export function serverExtensions(hosts: readonly string[]): Extension[] {
  return [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    new SubjectAlternativeNameExtension(hosts.map(alternativeName)),
  ];
}

function alternativeName(host: string): JsonGeneralName {
  return { type: isIP(host) === 0 ? 'dns' : 'ip', value: host };
}

export function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

/** PKCS #8; a secret. */
export async function keyPemOf({ privateKey }: webcrypto.CryptoKeyPair): Promise<string> {
  return PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', privateKey), 'PRIVATE KEY');
}

function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey('pkcs8', PemConverter.decodeFirst(pem), ALGORITHM, false, ['sign']);
}
