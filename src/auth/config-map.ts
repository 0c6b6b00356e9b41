// The ConfigMap in which kube-apiserver tells extension API servers whom it trusts, and how its proxy names users.
import * as z from 'zod';
import { type Delegation, delegationOf, type TrustedBundle, trustedBundle } from './delegation.ts';

export type ConfigMapData = Readonly<Record<string, string>>;

const NAME = 'extension-apiserver-authentication';
/** Published by kube-apiserver (k8s.io/apiserver pkg/server/options/authentication_dynamic_request_header.go). */
export const CONFIG_MAP = `kube-system/${NAME}`;
/** The one object and its changes: the Role below gives no right to see others. */
export const CONFIG_MAP_PATH = `/api/v1/namespaces/kube-system/configmaps?fieldSelector=${encodeURIComponent(`metadata.name=${NAME}`)}`;
export const CONFIG_MAP_READER = 'Role extension-apiserver-authentication-reader of the namespace kube-system';

const configMap = z.object({ data: z.record(z.string(), z.string()).default({}) });

/** Undefined for what is no ConfigMap. */
export function configMapData(object: unknown): ConfigMapData | undefined {
  return configMap.safeParse(object).data?.data;
}

/** What is wrong with a part of it costs only that part. */
export function delegationOfConfigMap(data: ConfigMapData): Delegation {
  const problems: string[] = [];
  const bundle = (option: string): TrustedBundle | undefined => {
    const pem = data[option];
    if (pem !== undefined) return trustedBundle({ option, where: `of ${CONFIG_MAP}`, pem });
    problems.push(`${CONFIG_MAP} has no ${option}; start kube-apiserver with --${option}`);
    return undefined;
  };
  const names = (key: string): readonly string[] | undefined => {
    const parsed = parseNames(data[key]);
    if (parsed === undefined) problems.push(`cannot read ${key} of ${CONFIG_MAP}: it is not a JSON list of texts`);
    return parsed;
  };
  return delegationOf({
    clients: bundle('client-ca-file'),
    proxies: bundle('requestheader-client-ca-file'),
    allowedNames: names('requestheader-allowed-names'),
    userHeaders: names('requestheader-username-headers') ?? [],
    uidHeaders: names('requestheader-uid-headers') ?? [],
    groupHeaders: names('requestheader-group-headers') ?? [],
    extraPrefixes: names('requestheader-extra-headers-prefix') ?? [],
    problems,
    proxyOption: '--requestheader-client-ca-file of kube-apiserver',
  });
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
