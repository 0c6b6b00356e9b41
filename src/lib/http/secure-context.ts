// Certificates and keys, checked for what people get wrong about them.
import { createSecureContext, type SecureContext, type SecureVersion } from 'node:tls';

/** PEM texts. Without `ca` the system's authorities are trusted. */
export interface PemTexts {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** The newest version of TLS to speak. Default: all that Node has. */
  readonly maxVersion?: SecureVersion;
}

/** What a configuration calls them. */
export interface PemNames {
  readonly section: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Throws an Error in the words of `names`, without anything of the texts. */
export function secureContextOf({ ca, cert, key, ...version }: PemTexts, names: PemNames): SecureContext {
  const { section } = names;
  if ((cert === undefined) !== (key === undefined)) {
    throw new Error(`cannot use ${section}: a client certificate needs its key; give both ${names.cert} and ${names.key}`);
  }
  // OpenSSL takes a text without a certificate for no authority at all.
  if (ca !== undefined && !ca.includes('-----BEGIN '))
    throw new Error(`cannot use ${section}: ${names.ca} holds no certificate; it must be PEM`);
  try {
    return createSecureContext({ ca, cert, key, ...version });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'not PEM';
    throw new Error(`cannot use ${section}: ${reason}; ${names.ca}, ${names.cert} and ${names.key} must be PEM and belong together`, {
      cause,
    });
  }
}
