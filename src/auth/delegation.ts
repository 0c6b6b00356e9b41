// What kube-apiserver tells extension API servers about authentication: whom it trusts, and how its proxy names users.
import * as z from 'zod';
import { type KubeClient, KubeUnreachable } from '../lib/kube/client.ts';
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

type Data = Readonly<Record<string, string>>;

/** Published by kube-apiserver (k8s.io/apiserver pkg/server/options/authentication_dynamic_request_header.go). */
const CONFIG_MAP = 'kube-system/extension-apiserver-authentication';
const PATH = '/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication';
const READER = 'Role extension-apiserver-authentication-reader of the namespace kube-system';

/**
 * Reads the ConfigMap's data: what is wrong with a part of it costs only that part. An authority of both bundles is trusted in neither:
 * whoever has a certificate of it for itself could pass for the front proxy, and so for anybody.
 */
export function parseDelegation(data: Data): Delegation {
  const problems: string[] = [];
  const bundle = (key: string): readonly Certificate[] => {
    const pem = data[key];
    if (pem === undefined) {
      problems.push(`${CONFIG_MAP} has no ${key}; start kube-apiserver with --${key}`);
      return [];
    }
    const read = readBundle(`${key} of ${CONFIG_MAP}`, pem);
    problems.push(...read.problems);
    return read.authorities;
  };
  const names = (key: string): readonly string[] => {
    const parsed = parseNames(data[key]);
    if (parsed === undefined) problems.push(`cannot read ${key} of ${CONFIG_MAP}: it is not a JSON list of texts`);
    return parsed ?? [];
  };
  const headers = (key: string): readonly string[] => names(key).map((name) => name.toLowerCase());

  const clients = bundle('client-ca-file');
  const proxies = bundle('requestheader-client-ca-file');
  const shared = new Set(proxies.filter(({ keyId }) => clients.some((client) => client.keyId === keyId)).map(({ keyId }) => keyId));
  if (shared.size > 0) problems.push(sharedProblem(proxies.find(({ keyId }) => shared.has(keyId))));
  const isOwn = ({ keyId }: Certificate): boolean => !shared.has(keyId);
  const isRestricted = parseNames(data['requestheader-allowed-names']) !== undefined;
  return {
    clientAuthorities: clients.filter(isOwn),
    frontProxy: {
      // A list of names that cannot be read must not mean any name.
      authorities: isRestricted ? proxies.filter(isOwn) : [],
      allowedNames: names('requestheader-allowed-names'),
      userHeaders: headers('requestheader-username-headers'),
      uidHeaders: headers('requestheader-uid-headers'),
      groupHeaders: headers('requestheader-group-headers'),
      extraPrefixes: headers('requestheader-extra-headers-prefix').filter((prefix) => prefix !== ''),
    },
    problems,
  };
}

function sharedProblem(authority: Certificate | undefined): string {
  const subject = JSON.stringify(authority?.x509.subject.replaceAll('\n', ', ') ?? '');
  return `cannot trust the authority ${subject}: it is in client-ca-file and in requestheader-client-ca-file, so every client of it could pass for anybody; give --requestheader-client-ca-file of kube-apiserver an authority of its own`;
}

/** Undefined for what is no list of texts; a missing key is an empty one. */
function parseNames(json: string | undefined): readonly string[] | undefined {
  if (json === undefined || json === '') return [];
  try {
    return z.array(z.string()).safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}

const configMap = z.object({ data: z.record(z.string(), z.string()).default({}) });

/** Rejects with an Error that says what to change. */
export async function readDelegationData(client: KubeClient, signal: AbortSignal): Promise<Data> {
  const answer = await ask(client, signal);
  if (answer.status === 200) {
    const { data } = configMap.safeParse(answer.json);
    if (data !== undefined) return data.data;
  }
  const whys: Readonly<Record<number, string>> = {
    200: 'the answer is no ConfigMap; check that this is the address of a Kubernetes API server',
    401: 'the API server does not know who asks; check the credentials of Plimsoll',
    403: `the right is missing; bind the ${READER} to the service account of Plimsoll`,
    404: 'there is none; check that this is the cluster that aggregates the metrics API',
  };
  throw new Error(`cannot read the ConfigMap ${CONFIG_MAP}: ${whys[answer.status] ?? `the API server answered ${answer.status}`}`);
}

async function ask(client: KubeClient, signal: AbortSignal): Promise<{ readonly status: number; readonly json: unknown }> {
  try {
    return await client.request({ method: 'GET', path: PATH, signal });
  } catch (cause) {
    if (!(cause instanceof KubeUnreachable)) throw cause;
    throw new Error(`cannot read the ConfigMap ${CONFIG_MAP}: ${cause.message}; check the way to ${client.server}`, { cause });
  }
}
