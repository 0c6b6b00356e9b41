// A serving certificate made at start, for when nobody gave one.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type JsonGeneralName,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

export interface SelfSignedRequest {
  /** DNS names and IP addresses (IPv6 without brackets) that clients may ask for. */
  readonly hosts: readonly string[];
  readonly notBefore: Date;
  readonly days: number;
}

export interface ServingCertificate {
  /** PKCS #8; a secret. */
  readonly keyPem: string;
  readonly certPem: string;
}

const DAY_MS = 24 * 3_600_000;
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** An ECDSA P-256 certificate for a server, signed by its own key, with a fresh key each time: clients trust it by naming it as their CA. */
export async function selfSignedCertificate(request: SelfSignedRequest): Promise<ServingCertificate> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=plimsoll',
    notBefore: request.notBefore,
    notAfter: new Date(request.notBefore.getTime() + request.days * DAY_MS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(request.hosts.map(alternativeName)),
    ],
  });
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { keyPem: PemConverter.encode(key, 'PRIVATE KEY'), certPem: certificate.toString('pem') };
}

function alternativeName(host: string): JsonGeneralName {
  return { type: isIP(host) === 0 ? 'dns' : 'ip', value: host };
}
