// The objects of one resource as they are kept: trimmed on arrival, and the same one for as long as nothing of it changes that is kept.
import { isDeepStrictEqual } from 'node:util';
import { type JsonObject, objectOf, textOf } from '../json.ts';

/** What one object became; `before` or `after` is undefined where there is none. */
export interface ObjectChange<T> {
  /** `namespace/name`, or `/name` for a cluster-scoped object. */
  readonly key: string;
  readonly before: T | undefined;
  readonly after: T | undefined;
}

/** What is kept of an object as the API says it. Undefined: nothing, and that is right. Throws for what cannot be read. */
export type Trim<T> = (object: JsonObject) => T | undefined;

export interface ObjectCacheOptions<T> {
  readonly trim: Trim<T>;
  readonly changed: (change: ObjectChange<T>) => void;
  /** An object cannot be read; it costs itself only. */
  readonly unreadable: () => void;
}

interface Entry<T> {
  /** Its resourceVersion. */
  readonly version: string;
  /** Undefined when nothing of it is kept. */
  readonly object: T | undefined;
}

export class ObjectCache<T> {
  readonly #options: ObjectCacheOptions<T>;
  readonly #entries = new Map<string, Entry<T>>();

  constructor(options: ObjectCacheOptions<T>) {
    this.#options = options;
  }

  /** Objects known, those included of which nothing is kept. */
  get size(): number {
    return this.#entries.size;
  }

  *objects(): Generator<T, void> {
    for (const { object } of this.#entries.values()) if (object !== undefined) yield object;
  }

  /** The key of the object, or undefined when it has no name. */
  put(object: JsonObject): string | undefined {
    const key = keyOf(object);
    if (key === undefined) {
      this.#options.unreadable();
      return undefined;
    }
    const version = textOf(objectOf(object['metadata'])['resourceVersion']) ?? '';
    const known = this.#entries.get(key);
    if (known === undefined || known.version !== version || version === '') this.#replace(key, { known, version, object });
    return key;
  }

  /** Of a deletion that was said. */
  remove(object: JsonObject): void {
    const key = keyOf(object);
    if (key === undefined) this.#options.unreadable();
    else this.#drop(key);
  }

  /** Drops whatever is not among these keys: deletions that nobody said. */
  retain(keys: ReadonlySet<string>): void {
    for (const key of [...this.#entries.keys()]) if (!keys.has(key)) this.#drop(key);
  }

  #replace(key: string, { known, version, object }: { known: Entry<T> | undefined; version: string; object: JsonObject }): void {
    const before = known?.object;
    const trimmed = this.#trimmed(object);
    const after = isDeepStrictEqual(before, trimmed) ? before : trimmed;
    this.#entries.set(key, { version, object: after });
    if (before !== after) this.#options.changed({ key, before, after });
  }

  #trimmed(object: JsonObject): T | undefined {
    try {
      return this.#options.trim(object);
    } catch {
      this.#options.unreadable();
      return undefined;
    }
  }

  #drop(key: string): void {
    const before = this.#entries.get(key)?.object;
    this.#entries.delete(key);
    if (before !== undefined) this.#options.changed({ key, before, after: undefined });
  }
}

function keyOf(object: JsonObject): string | undefined {
  const { name, namespace } = objectOf(object['metadata']);
  const known = textOf(name);
  return known === undefined ? undefined : `${textOf(namespace) ?? ''}/${known}`;
}
