// The Secret with the shared certificates: read, made by whoever comes first, replaced only in the state that was read.
import { objectOf, textOf } from '../lib/json.ts';
import { type KubeAnswer, type KubeClient, KubeUnreachable } from '../lib/kube/client.ts';
import { statusMessage } from '../lib/kube/words.ts';
import { dataOf, readShared, type SharedCertificates } from './shared-certificates.ts';

export type SecretState =
  | { readonly kind: 'missing' }
  | { readonly kind: 'shared'; readonly shared: SharedCertificates; readonly version: string }
  /** There is one, and nobody can serve with it. */
  | { readonly kind: 'damaged'; readonly why: string; readonly version: string };

export interface CertificateSecretOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly name: string;
}

export class CertificateSecret {
  readonly #options: CertificateSecretOptions;
  #lastGood: SharedCertificates | undefined;

  constructor(options: CertificateSecretOptions) {
    this.#options = options;
  }

  /** The last certificates that were read or written: what replicas may still serve when the Secret is lost. */
  get lastGood(): SharedCertificates | undefined {
    return this.#lastGood;
  }

  /** Rejects with an Error in words when it cannot be told. */
  async read(signal: AbortSignal): Promise<SecretState> {
    const answer = await this.#ask({ verb: 'get', method: 'GET', signal });
    if (answer.status === 404) return { kind: 'missing' };
    if (answer.status !== 200) throw this.#refused('get', answer);
    const { metadata, data } = objectOf(answer.json);
    const version = textOf(objectOf(metadata)['resourceVersion']) ?? '';
    try {
      const shared = readShared(decoded(data));
      this.#lastGood = shared;
      return { kind: 'shared', shared, version };
    } catch (error) {
      return { kind: 'damaged', why: error instanceof Error ? error.message : String(error), version };
    }
  }

  /** False when somebody else was sooner. */
  async create(shared: SharedCertificates, signal: AbortSignal): Promise<boolean> {
    const { namespace, name } = this.#options;
    const metadata = { name, namespace, labels: { 'app.kubernetes.io/name': 'plimsoll', 'app.kubernetes.io/part-of': 'plimsoll' } };
    const body = { apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls', metadata, data: withoutNulls(encoded(shared)) };
    return this.#written(shared, 'create', await this.#ask({ verb: 'create', method: 'POST', body, signal }));
  }

  /** False when it is no longer in the state that `version` names. */
  async replace(
    shared: SharedCertificates,
    { version, signal }: { readonly version: string; readonly signal: AbortSignal },
  ): Promise<boolean> {
    const body = { metadata: { resourceVersion: version }, data: encoded(shared) };
    return this.#written(shared, 'patch', await this.#ask({ verb: 'patch', method: 'PATCH', body, signal }));
  }

  #written(shared: SharedCertificates, verb: string, answer: KubeAnswer): boolean {
    if (answer.status === 409 || (verb === 'patch' && answer.status === 404)) return false;
    if (answer.status !== 200 && answer.status !== 201) throw this.#refused(verb, answer);
    this.#lastGood = shared;
    return true;
  }

  async #ask({ verb, method, body, signal }: Asking): Promise<KubeAnswer> {
    const { client, namespace, name } = this.#options;
    const collection = `/api/v1/namespaces/${namespace}/secrets`;
    const path = method === 'POST' ? collection : `${collection}/${name}`;
    try {
      return await client.request({ method, path, signal, ...(body !== undefined && { body }) });
    } catch (cause) {
      if (!(cause instanceof KubeUnreachable)) throw cause;
      throw new Error(`cannot ${verb} the Secret ${namespace}/${name}: ${cause.message}`, { cause });
    }
  }

  #refused(verb: string, { status, json }: KubeAnswer): Error {
    const { namespace, name } = this.#options;
    const why = statusMessage(json) ?? `the API server answered ${status}`;
    const remedy = status === 403 ? '; apply the component self-made-certificate, or give the certificate in files' : '';
    return new Error(`cannot ${verb} the Secret ${namespace}/${name}: ${why}${remedy}`);
  }
}

interface Asking {
  readonly verb: 'get' | 'create' | 'patch';
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly body?: object;
  readonly signal: AbortSignal;
}

/** Base64; null takes away what a merge would leave. */
function encoded(shared: SharedCertificates): Readonly<Record<string, string | null>> {
  const texts = Object.entries(dataOf(shared));
  return Object.fromEntries(texts.map(([key, text]) => [key, text === undefined ? null : Buffer.from(text).toString('base64')]));
}

/** A null in what is created would be a key without a text. */
function withoutNulls(data: Readonly<Record<string, string | null>>): Readonly<Record<string, string | null>> {
  return Object.fromEntries(Object.entries(data).filter(([, text]) => text !== null));
}

/** An empty text is none. */
function decoded(data: unknown): Readonly<Record<string, string | undefined>> {
  const texts = Object.entries(objectOf(data)).map(([key, base64]) => {
    const text = textOf(base64);
    return [key, text === undefined ? undefined : Buffer.from(text, 'base64').toString('utf8')];
  });
  return Object.fromEntries(texts);
}
