// The objects of an API server with their history, as lists and watches see them. Faults are scripted by whoever holds it.

/** As the API says it. */
export interface ApiObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

export interface ApiAnswer {
  readonly status: number;
  readonly json: unknown;
}

interface ApiEvent {
  readonly type: string;
  readonly object: ApiObject;
  readonly version: number;
}

interface Watcher {
  readonly place: Place;
  readonly tell: (event: unknown) => void;
  readonly end: (how: 'ended' | 'killed') => void;
}

interface Fault {
  readonly kind: 'list' | 'watch';
  readonly status: number;
  left: number;
}

/** A resource, in one namespace or in all. */
export interface Place {
  /** `/api/v1/pods`: whatever the namespace. */
  readonly collection: string;
  readonly namespace: string | undefined;
}

type NewObject = Readonly<Record<string, unknown>> & { readonly name: string; readonly namespace?: string };

export class ApiState {
  readonly #collections = new Map<string, Map<string, ApiObject>>();
  readonly #history = new Map<string, ApiEvent[]>();
  readonly #pages = new Map<string, { readonly objects: readonly ApiObject[]; readonly version: number }>();
  readonly #faults = new Map<string, Fault>();
  readonly #watchers = new Set<Watcher>();
  #version = 1000;
  /** Watches from an older version are refused. */
  #floor = 0;
  #uids = 0;
  #tokens = 0;
  /** Whether a watch of a version that is forgotten is refused at once, or in its stream. */
  refusesOldWatches = true;
  /** The next list finds its token expired when it asks for its second page. */
  forgetPagesOnce = false;
  /** Of every list and watch, in order. */
  readonly asked: { readonly kind: 'list' | 'watch'; readonly path: string; readonly query: URLSearchParams; readonly accept: string }[] =
    [];

  get watches(): number {
    return this.#watchers.size;
  }

  objects(collection: string): readonly ApiObject[] {
    return [...(this.#collections.get(collection)?.values() ?? [])];
  }

  /** Adds an object or replaces it. */
  put(collection: string, { name, namespace, ...fields }: NewObject): ApiObject {
    const objects = this.#collection(collection);
    const key = `${namespace ?? ''}/${name}`;
    const known = objects.get(key);
    this.#version += 1;
    this.#uids += known === undefined ? 1 : 0;
    const { metadata, ...others } = fields as { metadata?: Record<string, unknown> };
    const object: ApiObject = {
      ...others,
      metadata: {
        uid: known?.metadata.uid ?? `uid-${this.#uids}`,
        ...metadata,
        name,
        ...(namespace === undefined ? {} : { namespace }),
        resourceVersion: String(this.#version),
      },
    };
    objects.set(key, object);
    this.#tell(collection, known === undefined ? 'ADDED' : 'MODIFIED', object);
    return object;
  }

  delete(collection: string, key: string): void {
    const object = this.#collection(collection).get(key);
    if (object === undefined) return;
    this.#collection(collection).delete(key);
    this.#version += 1;
    this.#tell(collection, 'DELETED', { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } });
  }

  /** Forgets all history, and the states that pages were being read of. */
  compact(): void {
    this.#floor = this.#version;
    this.#pages.clear();
  }

  /** The next so many lists or watches of a collection are answered with a status. */
  refuse(
    collection: string,
    { kind, status, times = Number.POSITIVE_INFINITY }: { kind: Fault['kind']; status: number; times?: number },
  ): void {
    this.#faults.set(`${kind} ${collection}`, { kind, status, left: times });
  }

  allow(collection: string): void {
    for (const kind of ['list', 'watch']) this.#faults.delete(`${kind} ${collection}`);
  }

  /** Ends every watch, properly or in the middle. */
  endWatches(how: 'ended' | 'killed'): void {
    for (const watcher of [...this.#watchers]) watcher.end(how);
  }

  /** Says something in every watch, whatever it is. */
  tellAll(event: unknown): void {
    for (const { tell } of this.#watchers) tell(event);
  }

  bookmark(): void {
    this.#version += 1;
    this.tellAll({ type: 'BOOKMARK', object: { metadata: { resourceVersion: String(this.#version), creationTimestamp: null } } });
  }

  list(path: string, query: URLSearchParams, accept = ''): ApiAnswer {
    this.asked.push({ kind: 'list', path, query, accept });
    const place = placeOf(path);
    const refusal = this.#refusal('list', place.collection);
    if (refusal !== undefined) return refusal;
    const state = this.#stateOf(place, query);
    if (state === undefined) return status(410, 'The provided continue parameter is too old');
    const limit = Number(query.get('limit'));
    const items = state.objects.slice(0, limit);
    const rest = state.objects.slice(limit);
    const metadata = {
      resourceVersion: String(state.version),
      ...(rest.length === 0 ? {} : { continue: this.#tokenFor({ ...state, objects: rest }) }),
    };
    return { status: 200, json: { kind: 'List', apiVersion: 'v1', metadata, items } };
  }

  /** A refusal, or how to take the watch back. */
  watch(
    { path, query, accept = '' }: { path: string; query: URLSearchParams; accept?: string },
    hooks: Omit<Watcher, 'place'>,
  ): ApiAnswer | (() => void) {
    this.asked.push({ kind: 'watch', path, query, accept });
    const place = placeOf(path);
    const refusal = this.#refusal('watch', place.collection);
    if (refusal !== undefined) return refusal;
    const from = Number(query.get('resourceVersion'));
    const isForgotten = from < this.#floor;
    if (isForgotten && this.refusesOldWatches) return status(410, 'too old resource version');
    const watcher: Watcher = {
      ...hooks,
      place,
      end: (how) => {
        this.#watchers.delete(watcher);
        hooks.end(how);
      },
    };
    this.#watchers.add(watcher);
    if (isForgotten) watcher.tell({ type: 'ERROR', object: status(410, 'too old resource version').json });
    for (const event of this.#history.get(place.collection) ?? []) if (!isForgotten && event.version > from) this.#tellOne(watcher, event);
    return () => void this.#watchers.delete(watcher);
  }

  #collection(collection: string): Map<string, ApiObject> {
    const objects = this.#collections.get(collection) ?? new Map<string, ApiObject>();
    this.#collections.set(collection, objects);
    return objects;
  }

  #tell(collection: string, type: string, object: ApiObject): void {
    const event = { type, object, version: this.#version };
    this.#history.set(collection, [...(this.#history.get(collection) ?? []), event]);
    for (const watcher of this.#watchers) if (watcher.place.collection === collection) this.#tellOne(watcher, event);
  }

  #tellOne({ place, tell }: Watcher, { type, object }: ApiEvent): void {
    if (place.namespace === undefined || place.namespace === object.metadata.namespace) tell({ type, object });
  }

  #stateOf(
    { collection, namespace }: Place,
    query: URLSearchParams,
  ): { readonly objects: readonly ApiObject[]; readonly version: number } | undefined {
    const token = query.get('continue');
    if (token !== null && this.forgetPagesOnce) this.#pages.clear();
    if (token !== null) this.forgetPagesOnce = false;
    if (token !== null) return this.#pages.get(token);
    const name = query.get('fieldSelector')?.replace('metadata.name=', '');
    const objects = this.objects(collection).filter(
      ({ metadata }) => (namespace === undefined || metadata.namespace === namespace) && (name === undefined || metadata.name === name),
    );
    return { objects, version: this.#version };
  }

  #tokenFor(state: { readonly objects: readonly ApiObject[]; readonly version: number }): string {
    this.#tokens += 1;
    const token = `token ${this.#tokens}&`;
    this.#pages.set(token, state);
    return token;
  }

  #refusal(kind: Fault['kind'], collection: string): ApiAnswer | undefined {
    const fault = this.#faults.get(`${kind} ${collection}`);
    if (fault === undefined || fault.left === 0) return undefined;
    fault.left -= 1;
    return status(fault.status, `scripted ${fault.status} for ${collection}`);
  }
}

/** A Status object with its HTTP status. */
export function status(code: number, message: string): ApiAnswer {
  return { status: code, json: { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code } };
}

const PATH = /^(?<root>\/api\/v1|\/apis\/[^/]+\/[^/]+)(?:\/namespaces\/(?<namespace>[^/]+))?\/(?<resource>[^/]+)$/;

function placeOf(path: string): Place {
  const { root, namespace, resource } = PATH.exec(path)?.groups ?? {};
  return { collection: `${root}/${resource}`, namespace };
}
