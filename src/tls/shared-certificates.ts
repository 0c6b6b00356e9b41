// The certificates that all replicas share, as a Secret holds them.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { ServingCertificate } from './serving-certificate.ts';

export interface SharedCertificates {
  readonly serving: ServingCertificate;
  /** Signs serving certificates. */
  readonly authority: ServingCertificate;
  /** Will sign them once everybody who asks trusts it. */
  readonly next?: ServingCertificate | undefined;
  /** Authorities in PEM that are to be trusted, these among them; one before them may be. */
  readonly trusted: readonly string[];
}

type Data = Readonly<Record<string, string | undefined>>;

/** Keys of the Secret's data. The first three are those of the type kubernetes.io/tls. */
const KEYS = ['tls.crt', 'tls.key', 'ca.crt', 'authority.crt', 'authority.key', 'next-authority.crt', 'next-authority.key'] as const;
/** There are three at most: one before, one that signs, one to come. */
const MOST_TRUSTED = 10;

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** Texts by key, undefined for one that is not to be there. */
export function dataOf({
  serving,
  authority,
  next,
  trusted,
}: SharedCertificates): Readonly<Record<(typeof KEYS)[number], string | undefined>> {
  return {
    'tls.crt': serving.certPem,
    'tls.key': serving.keyPem,
    'ca.crt': bundleOf(trusted),
    'authority.crt': authority.certPem,
    'authority.key': authority.keyPem,
    'next-authority.crt': next?.certPem,
    'next-authority.key': next?.keyPem,
  };
}

/** As `caBundle` has it, before it is base64. */
export function bundleOf(trusted: readonly string[]): string {
  return trusted.map((pem) => `${pem.trim()}\n`).join('');
}

/** Throws an Error that says what is damaged, and nothing of any key. That something has expired is no damage. */
export function readShared(data: Data): SharedCertificates {
  const serving = readPair(data, 'tls');
  const authority = readPair(data, 'authority');
  const next = data['next-authority.crt'] === undefined ? undefined : readPair(data, 'next-authority');
  const trusted = (data['ca.crt'] ?? '').match(BLOCK) ?? [];
  if (trusted.length > MOST_TRUSTED) throw new Error(`ca.crt holds ${trusted.length} certificates, and ${MOST_TRUSTED} are the most`);
  const certificates = trusted.map((pem) => readCertificate(pem, 'ca.crt'));
  for (const [name, pair] of [['authority.crt', authority] as const, ['next-authority.crt', next] as const]) {
    if (pair === undefined) continue;
    const own = readCertificate(pair.certPem, name);
    if (!own.ca) throw new Error(`${name} is no authority`);
    if (!certificates.some(({ fingerprint256 }) => fingerprint256 === own.fingerprint256)) throw new Error(`ca.crt lacks ${name}`);
  }
  if (!isSignedBy(serving.certPem, trusted)) throw new Error('tls.crt is signed by no authority of ca.crt');
  return { serving, authority, next, trusted };
}

/** Whether one of these authorities signed the certificate. */
export function isSignedBy(certPem: string, authorities: readonly string[]): boolean {
  const certificate = new X509Certificate(certPem);
  return authorities.some((pem) => {
    const authority = new X509Certificate(pem);
    return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
  });
}

function readPair(data: Data, name: string): ServingCertificate {
  const [certPem, keyPem] = [data[`${name}.crt`], data[`${name}.key`]];
  if (certPem === undefined || keyPem === undefined) throw new Error(`${name}.${certPem === undefined ? 'crt' : 'key'} is missing`);
  const certificate = readCertificate(certPem, `${name}.crt`);
  if (!hasKey(certificate, keyPem)) throw new Error(`${name}.key is not the key of ${name}.crt`);
  return { certPem, keyPem };
}

/** OpenSSL's words about a key that it cannot read are kept to ourselves. */
function hasKey(certificate: X509Certificate, keyPem: string): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(keyPem));
  } catch {
    return false;
  }
}

function readCertificate(pem: string, name: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new Error(`${name} is no certificate in PEM`, { cause });
  }
}
