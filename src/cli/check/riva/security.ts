// What the four ssl_ variables of a quick start result in.
import type { KeyObject, X509Certificate } from 'node:crypto';
import { quote } from '../../../lib/quote.ts';
import { chainFindings, namesOf, ownOf, type RootOption, rootFor, type ShownChain } from './chain.ts';
import { error, type Finding, note } from './finding.ts';
import { readCertificates, readKey } from './pem-file.ts';

export interface SecuritySettings {
  /** Paths as they can be opened; '' where none is set. */
  readonly cert: string;
  readonly key: string;
  readonly root: string;
  /** As written; '' is false. */
  readonly mutual: string;
  readonly nowMs: number;
}

export interface Security {
  readonly kind: 'insecure' | 'TLS' | 'mutual TLS' | 'broken';
  /** Names and addresses that clients may connect to; empty without a certificate. */
  readonly names: readonly string[];
  /** Which file a client needs as its root; undefined without a certificate. */
  readonly clientRoot: string | undefined;
  readonly findings: readonly Finding[];
}

export async function securityOf(settings: SecuritySettings): Promise<Security> {
  const { cert, key } = settings;
  const mutual = mutualFindings(settings);
  if (cert !== '' && key !== '') return await withTls(settings, mutual);
  const findings = [...halfFindings(settings), ...mutual];
  return { kind: 'insecure', names: [], clientRoot: undefined, findings };
}

function halfFindings({ cert, key }: SecuritySettings): readonly Finding[] {
  if (cert === '' && key === '')
    return [note('neither ssl_server_cert nor ssl_server_key is set: the server is insecure, and speech crosses the network in plaintext')];
  const [missing, given] = cert === '' ? ['ssl_server_cert', 'ssl_server_key'] : ['ssl_server_key', 'ssl_server_cert'];
  return [error(`${missing} is empty, so the server is insecure although ${given} is set; set both`)];
}

function mutualFindings({ cert, key, root, mutual }: SecuritySettings): readonly Finding[] {
  if (mutual !== '' && mutual !== 'true' && mutual !== 'false') {
    return [error(`ssl_use_mutual_auth is ${quote(mutual)}, which is neither true nor false; write one of them`)];
  }
  if (mutual !== 'true') return [];
  if (cert === '' || key === '')
    return [
      error(
        'ssl_use_mutual_auth is true, and without a certificate and key there is no TLS to ask clients for theirs; set ssl_server_cert and ssl_server_key',
      ),
    ];
  if (root === '')
    return [
      error(
        'ssl_use_mutual_auth is true without ssl_root_cert, so no certificate of a client can be verified; name the authority of the clients’ certificates there',
      ),
    ];
  return [];
}

async function withTls(settings: SecuritySettings, mutual: readonly Finding[]): Promise<Security> {
  const { cert, key, root, nowMs } = settings;
  const findings: Finding[] = [...mutual];
  const certificates = good<readonly X509Certificate[]>(await readCertificates(cert), { of: `ssl_server_cert ${quote(cert)}`, findings });
  const privateKey = good<KeyObject>(await readKey(key), { of: `ssl_server_key ${quote(key)}`, findings });
  const roots = root === '' ? undefined : good(await readCertificates(root), { of: `ssl_root_cert ${quote(root)}`, findings });
  if (certificates === undefined) return { kind: 'broken', names: [], clientRoot: undefined, findings };
  const chain: ShownChain = { certificates, key: privateKey, nowMs };
  findings.push(...chainFindings(chain));
  const files: RootOption[] = [{ name: 'ssl_server_cert', path: cert, certificates }];
  if (roots !== undefined) files.push({ name: 'ssl_root_cert', path: root, certificates: roots });
  const own = ownOf(chain);
  return {
    kind: privateKey === undefined ? 'broken' : settings.mutual === 'true' ? 'mutual TLS' : 'TLS',
    names: own === undefined ? [] : namesOf(own),
    clientRoot: own && rootFor(own, files),
    findings,
  };
}

/** The content, or an error among the findings. */
function good<Content>(
  read: { readonly kind: 'good'; readonly content: Content } | { readonly kind: 'bad'; readonly why: string },
  { of, findings }: { readonly of: string; readonly findings: Finding[] },
): Content | undefined {
  if (read.kind === 'good') return read.content;
  findings.push(error(`cannot use ${of}: ${read.why}`));
  return undefined;
}
