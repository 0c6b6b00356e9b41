// Whom kube-apiserver trusts when it asks us: `caBundle` of the APIServices that lead to our Service.
import { isDeepStrictEqual } from 'node:util';
import { objectOf, textOf } from '../lib/json.ts';
import { type KubeAnswer, type KubeClient, KubeUnreachable } from '../lib/kube/client.ts';
import { statusMessage } from '../lib/kube/words.ts';
import type { Log } from '../model/log.ts';

export interface CaBundlesOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly service: string;
  /** Names of APIServices. One that is not there, or leads to another Service, is left alone. */
  readonly apiServices: readonly string[];
  readonly log: Log;
}

const ROOT = '/apis/apiregistration.k8s.io/v1/apiservices';

/**
 * Sees to it that every APIService of ours trusts exactly this bundle of PEM. True when all did already. Rejects with an Error that names all
 * that do not.
 */
export async function publish(bundle: string, options: CaBundlesOptions, signal: AbortSignal): Promise<boolean> {
  const problems: string[] = [];
  let wasRight = true;
  for (const name of options.apiServices) {
    try {
      if (await publishOne(name, { ...options, bundle, signal })) wasRight = false;
    } catch (error) {
      if (!(error instanceof Refusal || error instanceof KubeUnreachable)) throw error;
      problems.push(`cannot write caBundle of the APIService ${name}: ${error.message}`);
    }
  }
  if (problems.length > 0) throw new Error(problems.join('; '));
  return wasRight;
}

class Refusal extends Error {}

interface Publishing extends CaBundlesOptions {
  readonly bundle: string;
  readonly signal: AbortSignal;
}

/** Whether there was something to write. */
async function publishOne(name: string, { client, namespace, service, bundle, log, signal }: Publishing): Promise<boolean> {
  const path = `${ROOT}/${name}`;
  const read = await client.request({ method: 'GET', path, signal });
  if (read.status === 404) return false;
  if (read.status !== 200) throw refusal(read);
  const { metadata, spec } = objectOf(read.json);
  const { caBundle, insecureSkipTLSVerify, service: reference } = objectOf(spec);
  const { namespace: itsNamespace, name: itsService } = objectOf(reference);
  if (itsNamespace !== namespace || itsService !== service) return false;
  const wanted = Buffer.from(bundle).toString('base64');
  if (isDeepStrictEqual([caBundle, insecureSkipTLSVerify ?? false], [wanted, false])) return false;
  const body = {
    // Not one that somebody has led elsewhere since it was read.
    metadata: { resourceVersion: textOf(objectOf(metadata)['resourceVersion']) },
    spec: { caBundle: wanted, insecureSkipTLSVerify: null },
  };
  const written = await client.request({ method: 'PATCH', path, body, signal });
  if (written.status !== 200) throw refusal(written);
  const had = insecureSkipTLSVerify === true ? 'no check at all' : textOf(caBundle) === undefined ? 'nothing' : 'another bundle';
  log.info({ apiService: name, had }, 'caBundle written');
  return true;
}

function refusal({ status, json }: KubeAnswer): Refusal {
  return new Refusal(statusMessage(json) ?? `the API server answered ${status}`);
}
