// Single objects as an API server keeps them: created once, merged into, and only in the state that was read.
import { isDeepStrictEqual } from 'node:util';
import { type JsonObject, objectOf, textOf } from '../../../../src/lib/json.ts';
import { type KubeAnswer, type KubeClient, type KubeRequest, KubeUnreachable } from '../../../../src/lib/kube/client.ts';

/** Answers instead of the store, or lets it answer. May throw. */
export type Interception = (request: KubeRequest) => KubeAnswer | Promise<KubeAnswer> | undefined;

export class ObjectStore {
  readonly #objects = new Map<string, JsonObject>();
  #version = 0;
  /** Of every request, in order: `GET /path`. */
  readonly asked: string[] = [];
  /** Of every write that went well. */
  readonly written: string[] = [];

  /** As somebody else would: whatever the state. */
  put(path: string, object: JsonObject): void {
    this.#keep(path, object);
  }

  get(path: string): JsonObject | undefined {
    return this.#objects.get(path);
  }

  delete(path: string): void {
    this.#objects.delete(path);
  }

  /** Of one process; `intercept` is asked each time. */
  client(intercept: Interception = () => undefined): KubeClient {
    return {
      server: 'https://cluster',
      close: async () => {},
      watch: () => {
        throw new Error('nothing is watched here');
      },
      request: async (request) => {
        this.asked.push(`${request.method} ${request.path}`);
        if (request.signal.aborted) throw new KubeUnreachable('taken back', { reason: 'aborted' });
        const instead = await intercept(request);
        return structuredClone(instead ?? this.#answer(request));
      },
    };
  }

  #answer({ method, path, body }: KubeRequest): KubeAnswer {
    const sent = objectOf(JSON.parse(JSON.stringify(body ?? {})));
    if (method === 'POST') {
      const at = `${path}/${textOf(objectOf(sent['metadata'])['name'])}`;
      if (this.#objects.has(at)) return status(409, 'it exists');
      return { status: 201, json: this.#write(`POST ${path}`, { at, object: sent }), bytes: 0 };
    }
    const known = this.#objects.get(path);
    if (known === undefined) return status(404, `${path} not found`);
    if (method === 'GET') return { status: 200, json: known, bytes: 0 };
    const version = textOf(objectOf(sent['metadata'])['resourceVersion']);
    if (version !== undefined && version !== objectOf(known['metadata'])['resourceVersion']) return status(409, 'it was modified');
    const merged = objectOf(merge(known, sent));
    // An API server does not count a write that changes nothing.
    if (isDeepStrictEqual(merged, known)) return { status: 200, json: known, bytes: 0 };
    return { status: 200, json: this.#write(`PATCH ${path}`, { at: path, object: merged }), bytes: 0 };
  }

  #write(what: string, { at, object }: { readonly at: string; readonly object: JsonObject }): JsonObject {
    this.written.push(what);
    return this.#keep(at, object);
  }

  #keep(path: string, object: JsonObject): JsonObject {
    this.#version += 1;
    const kept = { ...object, metadata: { ...objectOf(object['metadata']), resourceVersion: String(this.#version) } };
    this.#objects.set(path, kept);
    return kept;
  }
}

export function status(code: number, message: string): KubeAnswer {
  return { status: code, json: { kind: 'Status', code, message }, bytes: 0 };
}

/** RFC 7386. */
function merge(base: unknown, over: unknown): unknown {
  if (typeof over !== 'object' || over === null || Array.isArray(over)) return over;
  const merged: Record<string, unknown> = { ...objectOf(base) };
  for (const [key, value] of Object.entries(over)) {
    if (value === null) delete merged[key];
    else merged[key] = merge(merged[key], value);
  }
  return merged;
}
