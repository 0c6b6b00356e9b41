// A serving certificate made at start, for when nobody gave one.
import 'reflect-metadata';
import { X509CertificateGenerator } from '@peculiar/x509';
import { ALGORITHM, keyPemOf, newKeys, serverExtensions } from './issue.ts';
import type { ServingCertificate } from './serving-certificate.ts';

export interface SelfSignedRequest {
  /** DNS names and IP addresses (IPv6 without brackets) that clients may ask for. */
  readonly hosts: readonly string[];
  readonly notBefore: Date;
  readonly days: number;
}

const DAY_MS = 24 * 3_600_000;

/** An ECDSA P-256 certificate for a server, signed by its own key, with a fresh key each time: clients trust it by naming it as their CA. */
export async function selfSignedCertificate(request: SelfSignedRequest): Promise<ServingCertificate> {
  const keys = await newKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=plimsoll',
    notBefore: request.notBefore,
    notAfter: new Date(request.notBefore.getTime() + request.days * DAY_MS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: serverExtensions(request.hosts),
  });
  return { keyPem: await keyPemOf(keys), certPem: certificate.toString('pem') };
}
