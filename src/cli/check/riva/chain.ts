// What a client will say to the certificates that a server shows.
import type { KeyObject, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { quote } from '../../../lib/quote.ts';
import { error, type Finding, note, warning } from './finding.ts';

const DAY_MS = 24 * 3_600_000;

/** Whoever has to ask somebody else for a certificate needs some weeks. */
const SOON_MS = 30 * DAY_MS;

/** The use that clients ask of a server (RFC 5280, section 4.2.1.12). */
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';

export interface ShownChain {
  /** As the file has them: the server's own should be the first. */
  readonly certificates: readonly X509Certificate[];
  readonly key: KeyObject | undefined;
  readonly nowMs: number;
}

/** The server's own certificate: the one of the key, else the first. */
export function ownOf({ certificates, key }: ShownChain): X509Certificate | undefined {
  return certificates.find((one) => key !== undefined && one.checkPrivateKey(key)) ?? certificates[0];
}

export function chainFindings(chain: ShownChain): readonly Finding[] {
  const own = ownOf(chain);
  if (own === undefined) return [];
  return [
    ...keyFindings(chain),
    ...orderFindings(chain),
    ...chain.certificates.flatMap((one) => timeFindings(one, chain.nowMs)),
    ...nameFindings(own),
    ...useFindings(own),
  ];
}

function keyFindings({ certificates, key }: ShownChain): readonly Finding[] {
  if (key === undefined || certificates.some((one) => one.checkPrivateKey(key))) return [];
  return [error(`ssl_server_key is not the key of ${shown(certificates[0])}; give the key that the certificate was made with`)];
}

function orderFindings(chain: ShownChain): readonly Finding[] {
  const { certificates } = chain;
  const own = ownOf(chain);
  if (own === undefined) return [];
  const place = certificates.indexOf(own);
  if (place > 0) {
    return [
      error(
        `the chain in ssl_server_cert is in the wrong order: the server’s own certificate is number ${place + 1}; put it first, then the one that signed it, and so on`,
      ),
    ];
  }
  for (const [index, one] of certificates.entries()) {
    const above = certificates[index + 1];
    if (above === undefined || one.checkIssued(above)) continue;
    const why = certificates.some((other) => other !== one && one.checkIssued(other)) ? 'in the wrong order' : 'broken';
    return [
      error(
        `the chain in ssl_server_cert is ${why}: certificate ${index + 2} did not sign certificate ${index + 1}, ${shown(one)}; put each before the one that signed it`,
      ),
    ];
  }
  return [];
}

function timeFindings(one: X509Certificate, nowMs: number): readonly Finding[] {
  const endMs = one.validToDate.getTime();
  if (endMs <= nowMs) return [error(`${shown(one)} has expired on ${day(endMs)}; renew it`)];
  if (one.validFromDate.getTime() > nowMs)
    return [error(`${shown(one)} is not valid before ${one.validFromDate.toISOString()}; wait, or set the clock right`)];
  if (endMs - nowMs > SOON_MS) return [];
  return [
    warning(
      `${shown(one)} expires soon, on ${day(endMs)}, in ${Math.floor((endMs - nowMs) / DAY_MS)} days; Riva reads it at its start only, so renew it and restart`,
    ),
  ];
}

/** What a client may be told to connect to. */
export function namesOf(own: X509Certificate): readonly string[] {
  const parts = (own.subjectAltName ?? '').split(', ').map((part) => /^(?:DNS|IP Address):(?<name>.+)$/.exec(part)?.groups?.['name']);
  return parts.filter((name) => name !== undefined);
}

function nameFindings(own: X509Certificate): readonly Finding[] {
  const names = namesOf(own);
  if (names.length === 0) {
    const common = /(?:^|\n)CN=(?<name>[^\n]+)/.exec(own.subject)?.groups?.['name'];
    const has = common === undefined ? 'no name at all' : `its name ${quote(common)} as a common name (CN) only`;
    return [
      error(
        `${shown(own)} has ${has}, and gRPC clients look at subjectAltName alone: all will refuse it; make it anew with a subjectAltName`,
      ),
    ];
  }
  const isLocal = names.every((name) => name === 'localhost' || /^127\.|^::1$|^0:0:0:0:0:0:0:1$/.test(name));
  if (isLocal) return [warning(`${shown(own)} is for this machine only (${names.join(', ')}): clients elsewhere will refuse it`)];
  if (names.some((name) => isIP(name) !== 0)) return [];
  return [
    note(
      'the certificate has no IP address: a client that is told one, such as 10.0.0.7:50051, will refuse it; use a name of the certificate',
    ),
  ];
}

function useFindings(own: X509Certificate): readonly Finding[] {
  const { keyUsage: uses } = own;
  if (uses === undefined || uses.includes(SERVER_AUTH)) return [];
  return [error(`${shown(own)} is not for servers: its extended key usage lacks serverAuth, and all clients will refuse it; make it anew`)];
}

export interface RootOption {
  /** What the file is called in the script. */
  readonly name: string;
  readonly path: string;
  readonly certificates: readonly X509Certificate[];
}

/** Which file a client names as its root, in a sentence. */
export function rootFor(own: X509Certificate, files: readonly RootOption[]): string {
  let top = own;
  const all = files.flatMap(({ certificates }) => certificates);
  // A chain as long as there are certificates has no end.
  for (const _one of all) {
    const above = isSelfSigned(top) ? undefined : all.find((one) => one !== top && top.checkIssued(one) && top.verify(one.publicKey));
    if (above === undefined) break;
    top = above;
  }
  if (!isSelfSigned(top)) {
    return `the certificate of ${quote(oneLine(top.issuer))}, which is in none of these files`;
  }
  const holders = files.filter(({ certificates }) => certificates.some(({ fingerprint256 }) => fingerprint256 === top.fingerprint256));
  const holder = holders.find(({ name }) => name === 'ssl_root_cert') ?? holders[0];
  const why = top === own ? 'it signed itself' : `it holds ${shown(top)}`;
  return `${holder?.path ?? ''} (${holder?.name ?? ''}; ${why})`;
}

function isSelfSigned(one: X509Certificate): boolean {
  return one.issuer === one.subject && one.verify(one.publicKey);
}

/** A certificate in a sentence. */
function shown(one: X509Certificate | undefined): string {
  return `the certificate ${quote(oneLine(one?.subject ?? ''))}`;
}

function oneLine(name: string): string {
  return name.replaceAll('\n', ', ');
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
