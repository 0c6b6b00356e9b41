// The authorities of a PEM bundle.
import { quote } from '../lib/quote.ts';
import { type Certificate, readCertificate } from './certificate.ts';

export interface Bundle {
  readonly authorities: readonly Certificate[];
  /** What of it cannot be used, in whole sentences. */
  readonly problems: readonly string[];
}

/** No cluster trusts so many; each is tried for each certificate that is shown. */
const MOST_AUTHORITIES = 100;

const BLOCK = /-----BEGIN CERTIFICATE-----(?<base64>[^-]*)-----END CERTIFICATE-----/g;

/** One certificate that cannot be used costs only itself. `name` says in messages which bundle it is. */
export function readBundle(name: string, pem: string): Bundle {
  const authorities: Certificate[] = [];
  const problems: string[] = [];
  const blocks = [...pem.matchAll(BLOCK)];
  if (blocks.length === 0) problems.push(`cannot use ${name}: it holds no certificate in PEM`);
  if (blocks.length > MOST_AUTHORITIES) {
    problems.push(`cannot use all of ${name}: it holds ${blocks.length} certificates, and the first ${MOST_AUTHORITIES} are taken`);
  }
  for (const [index, { groups }] of blocks.slice(0, MOST_AUTHORITIES).entries()) {
    const read = readAuthority(groups?.['base64'] ?? '');
    if (typeof read === 'string') problems.push(`cannot use certificate ${index + 1} of ${name}: ${read}`);
    else authorities.push(read);
  }
  return { authorities, problems };
}

function readAuthority(base64: string): Certificate | string {
  try {
    const certificate = readCertificate(Buffer.from(base64, 'base64'));
    if (certificate.flaw !== undefined) return certificate.flaw;
    const { x509, isAuthority } = certificate;
    return isAuthority ? certificate : `${quote(x509.subject)} is no authority: its basic constraints do not say so`;
  } catch (error) {
    return `it cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}
