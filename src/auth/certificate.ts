// A certificate with what is asked of it when a chain is checked.
import 'reflect-metadata';
// Node's `toLegacyObject` loads a part of node:tls; where that comes before the whole, `createSecureContext` is missing from it for good (24.21).
import 'node:tls';
import { X509Certificate } from 'node:crypto';
import { BasicConstraintsExtension, ExtendedKeyUsageExtension, X509Certificate as Extensions } from '@peculiar/x509';

export interface Certificate {
  readonly x509: X509Certificate;
  /** Undefined where there is none, or more than one: then it names nobody. */
  readonly commonName?: string;
  readonly organizations: readonly string[];
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** May sign other certificates, by its basic constraints. */
  readonly isAuthority: boolean;
  /** How many authorities may stand between it and the end of a chain; undefined: as many as there are. */
  readonly pathLength?: number;
  /** For clients: it says so, or says nothing about its uses, which RFC 5280 section 4.2.1.12 takes for all of them. */
  readonly isForClients: boolean;
  /** With a digest whose collisions can be made, so that what was signed may not be this. */
  readonly isWeaklySigned: boolean;
  /** The same for every certificate of one key. */
  readonly keyId: string;
  /** Why it is never trusted, whoever signed it. */
  readonly flaw?: string;
}

const BASIC_CONSTRAINTS = '2.5.29.19';
const NAME_CONSTRAINTS = '2.5.29.30';
/** Those that are heeded here or bear on names only: key usage, alternative names, key identifiers and extended key usage besides. */
const HEEDED = new Set([BASIC_CONSTRAINTS, '2.5.29.15', '2.5.29.17', '2.5.29.14', '2.5.29.35', '2.5.29.37']);

/** RFC 5280 section 4.2.1.12. */
const CLIENT_AUTHENTICATION = '1.3.6.1.5.5.7.3.2';
const ANY_USAGE = '2.5.29.37.0';

/** As NIST SP 800-131A asks of new signatures, and as the authorities of every Kubernetes distribution have it. */
const LEAST_RSA_BITS = 2048;

/** Reads DER; throws an Error for what is no certificate. */
export function readCertificate(der: Buffer): Certificate {
  const x509 = new X509Certificate(der);
  const parsed = new Extensions(der);
  const { CN: name, O: organizations } = nameParts(x509.toLegacyObject().subject);
  const constraints = parsed.getExtension(BasicConstraintsExtension);
  const usages = parsed.getExtension(ExtendedKeyUsageExtension)?.usages;
  const flaw = flawOf(x509, parsed);
  return {
    x509,
    ...(name.length === 1 && name[0] !== undefined && { commonName: name[0] }),
    organizations,
    notBeforeMs: x509.validFromDate.getTime(),
    notAfterMs: x509.validToDate.getTime(),
    isAuthority: x509.ca,
    ...(constraints?.pathLength !== undefined && { pathLength: constraints.pathLength }),
    isForClients: usages === undefined || usages.some((usage) => usage === CLIENT_AUTHENTICATION || usage === ANY_USAGE),
    isWeaklySigned: isWeak(parsed),
    keyId: x509.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    ...(flaw !== undefined && { flaw }),
  };
}

/** Node gives a part that is there once as a text, else as a list, whatever its types say. */
function nameParts(subject: object): { readonly CN: readonly string[]; readonly O: readonly string[] } {
  const partsOf = (key: string): readonly string[] => {
    const part: unknown = Reflect.get(subject, key);
    const parts = Array.isArray(part) ? part : [part];
    return parts.filter((one) => typeof one === 'string');
  };
  return { CN: partsOf('CN'), O: partsOf('O') };
}

/** MD5, SHA-1, and whatever is not known. */
function isWeak(parsed: Extensions): boolean {
  try {
    const algorithm: { readonly name?: string; readonly hash?: { readonly name?: string } } = parsed.signatureAlgorithm;
    // Those of Edwards curves have their digest built in.
    return !/^(?:Ed(?:25519|448|DSA)|SHA-(?:256|384|512))$/.test(algorithm.hash?.name ?? algorithm.name ?? '');
  } catch {
    return true;
  }
}

function flawOf(x509: X509Certificate, { extensions }: Extensions): string | undefined {
  const bits = x509.publicKey.asymmetricKeyDetails?.modulusLength;
  if (bits !== undefined && bits < LEAST_RSA_BITS) return `its RSA key has ${bits} bits, and ${LEAST_RSA_BITS} are the least`;
  // Constraints on names could only be ignored here, and an authority that was given them must not be.
  const unheeded = extensions.find(({ type, critical }) => type === NAME_CONSTRAINTS || (critical && !HEEDED.has(type)));
  return unheeded === undefined ? undefined : `its extension ${unheeded.type} is not understood here`;
}
