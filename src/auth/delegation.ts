// Whom to believe about who asks: authorities of clients, and a proxy that names users in headers.
import { readBundle } from './bundle.ts';
import type { Certificate } from './certificate.ts';

/** Who may say in headers for whom it asks: kube-apiserver as the proxy before us. */
export interface FrontProxy {
  readonly authorities: readonly Certificate[];
  /** Common names; none means any. */
  readonly allowedNames: readonly string[];
  /** Lower case, as are the next ones. The first that is there counts. */
  readonly userHeaders: readonly string[];
  readonly uidHeaders: readonly string[];
  /** All of them count. */
  readonly groupHeaders: readonly string[];
  readonly extraPrefixes: readonly string[];
}

export interface Delegation {
  /** Whose certificates name a user by themselves. */
  readonly clientAuthorities: readonly Certificate[];
  readonly frontProxy: FrontProxy;
  /** What cannot be used, in whole sentences. */
  readonly problems: readonly string[];
}

export interface TrustedBundle {
  /** What it is called where it was given: `client-ca-file`. */
  readonly option: string;
  readonly authorities: readonly Certificate[];
  readonly problems: readonly string[];
}

/** `where` says in messages where the option was found. */
export function trustedBundle({
  option,
  where,
  pem,
}: {
  readonly option: string;
  readonly where: string;
  readonly pem: string;
}): TrustedBundle {
  return { option, ...readBundle(`${option} ${where}`, pem) };
}

export interface DelegationParts extends Omit<FrontProxy, 'authorities' | 'allowedNames'> {
  /** Undefined: nobody is believed in that way. */
  readonly clients: TrustedBundle | undefined;
  readonly proxies: TrustedBundle | undefined;
  /** Undefined where they are given and cannot be read: that must not mean any name. */
  readonly allowedNames: readonly string[] | undefined;
  /** What cannot be used of what is no bundle. */
  readonly problems: readonly string[];
  /** Where an authority of its own is given to the front proxy. */
  readonly proxyOption: string;
}

/**
 * An authority of both bundles is trusted in neither: whoever has a certificate of it for itself could pass for the front proxy, and so for
 * anybody. What is wrong with one part costs only that part.
 */
export function delegationOf({ clients, proxies, allowedNames, problems, proxyOption, ...said }: DelegationParts): Delegation {
  const shared = sharedKeys(clients, proxies);
  const isOwn = ({ keyId }: Certificate): boolean => !shared.has(keyId);
  const found = [...problems, ...(clients?.problems ?? []), ...(proxies?.problems ?? [])];
  const [first] = (proxies?.authorities ?? []).filter(({ keyId }) => shared.has(keyId));
  if (first !== undefined) {
    const subject = JSON.stringify(first.x509.subject.replaceAll('\n', ', '));
    const both = `it is in ${clients?.option} and in ${proxies?.option}, so every client of it could pass for anybody`;
    found.push(`cannot trust the authority ${subject}: ${both}; give ${proxyOption} an authority of its own`);
  }
  const lower = (names: readonly string[]): readonly string[] => names.map((name) => name.toLowerCase());
  return {
    clientAuthorities: clients?.authorities.filter(isOwn) ?? [],
    frontProxy: {
      authorities: allowedNames === undefined ? [] : (proxies?.authorities.filter(isOwn) ?? []),
      allowedNames: allowedNames ?? [],
      userHeaders: lower(said.userHeaders),
      uidHeaders: lower(said.uidHeaders),
      groupHeaders: lower(said.groupHeaders),
      // Every header begins with an empty one.
      extraPrefixes: lower(said.extraPrefixes).filter((prefix) => prefix !== ''),
    },
    problems: found,
  };
}

/** By key, not by certificate: an authority that was certified anew is the same. */
function sharedKeys(clients: TrustedBundle | undefined, proxies: TrustedBundle | undefined): ReadonlySet<string> {
  const ofClients = new Set(clients?.authorities.map(({ keyId }) => keyId));
  return new Set(proxies?.authorities.map(({ keyId }) => keyId).filter((keyId) => ofClients.has(keyId)));
}
