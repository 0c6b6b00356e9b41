// A serving certificate from files of PEM, and what can be wrong with one.
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { quote } from '../lib/quote.ts';

export interface ServingCertificate {
  /** PKCS #8 where Plimsoll made it; a secret. */
  readonly keyPem: string;
  readonly certPem: string;
}

export interface CertificateTexts {
  /** The server's own certificate first, then those that lead to its authority. */
  readonly certPem: string;
  readonly keyPem: string;
  readonly nowMs: number;
}

export interface CheckedCertificate extends ServingCertificate {
  readonly notAfterMs: number;
}

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/;

/** Throws an Error that says what to change, and nothing of the key. */
export function checkServingCertificate({ certPem, keyPem, nowMs }: CertificateTexts): CheckedCertificate {
  const certificate = readOwn(certPem);
  const subject = quote(certificate.subject.replaceAll('\n', ', '));
  const notAfterMs = certificate.validToDate.getTime();
  if (!certificate.checkPrivateKey(readKey(keyPem))) {
    throw new Error(`the key is not that of the certificate ${subject}; give the key it was made with, and its own certificate first`);
  }
  if (notAfterMs <= nowMs) {
    throw new Error(`the certificate ${subject} has expired at ${new Date(notAfterMs).toISOString()}; renew it`);
  }
  try {
    createSecureContext({ cert: certPem, key: keyPem });
  } catch (cause) {
    throw new Error(`OpenSSL does not take the certificate ${subject}: ${cause instanceof Error ? cause.message : ''}; make it anew`, {
      cause,
    });
  }
  return { certPem, keyPem, notAfterMs };
}

function readOwn(pem: string): X509Certificate {
  const block = BLOCK.exec(pem)?.[0];
  if (block === undefined) throw new Error('the certificate file holds no certificate in PEM; it begins with -----BEGIN CERTIFICATE-----');
  try {
    return new X509Certificate(block);
  } catch (cause) {
    throw new Error('the first certificate of the file cannot be read; make it anew', { cause });
  }
}

function readKey(pem: string): KeyObject {
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) {
    throw new Error('the key file holds no private key in PEM; it begins with -----BEGIN PRIVATE KEY-----');
  }
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    const isLocked = /ENCRYPTED/.test(pem);
    throw new Error(`the private key cannot be read; ${isLocked ? 'store it without a pass phrase' : 'make it anew'}`, { cause });
  }
}
