// Keeps the objects of one resource as the API server has them: a list, then a watch, and the list anew whenever the watch cannot go on.
import { Backoff } from '../backoff.ts';
import type { Clock } from '../clock.ts';
import { within } from '../deadline.ts';
import { objectOf, textOf } from '../json.ts';
import type { KubeClient } from './client.ts';
import { type FailureReason, failureOf, Unfollowable } from './follow-failure.ts';
import { listPages, withQuery } from './list-pages.ts';
import { ObjectCache, type ObjectChange, type Trim } from './object-cache.ts';
import { PageSize } from './page-size.ts';
import { statusMessage } from './words.ts';

export type ReflectorState =
  /** Nothing has been heard yet. */
  | { readonly kind: 'unread' }
  /** Listed, and changes are told. */
  | { readonly kind: 'current' }
  /** The server says no: 401, 403, or 404 for a resource that does not exist. What was known stays known, except with 404. */
  | { readonly kind: 'refused'; readonly reason: FailureReason; readonly why: string }
  /** Something else is wrong. What was known stays known. */
  | { readonly kind: 'broken'; readonly reason: FailureReason; readonly why: string };

export interface ReflectorOptions<T> {
  readonly client: KubeClient;
  readonly clock: Clock;
  /** Path and query: `/api/v1/pods`, `/api/v1/namespaces/a/configmaps?fieldSelector=metadata.name%3Db`. */
  readonly path: string;
  /** Whether metadata alone is asked for. */
  readonly metadataOnly: boolean;
  readonly trim: Trim<T>;
  readonly observer: ReflectorObserver<T>;
  /** Default: 200,000. */
  readonly maxObjects?: number;
  /** From 0 to 1; default Math.random. */
  readonly random?: () => number;
}

export type EventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';

/** Whoever wants to know what happens; called synchronously. */
export interface ReflectorObserver<T> {
  /** Deletions included that nobody said. Changes of a page of a list come before the whole list is known. */
  readonly changed: (change: ObjectChange<T>) => void;
  readonly stateChanged: (state: ReflectorState, before: ReflectorState) => void;
  /** A list was read whole. */
  readonly listed?: () => void;
  readonly told?: (type: EventType) => void;
  /** An object could not be read and was left out. */
  readonly unreadable?: () => void;
  /** A list failed and is tried again. */
  readonly listFailed?: (reason: FailureReason) => void;
  /** A watch ended, by the server's wish or because it failed, and is opened again. */
  readonly watchEnded?: (reason: FailureReason | 'ended') => void;
}

// Kubernetes itself is built for 150,000 pods at most (kubernetes.io, considerations for large clusters).
const MOST_OBJECTS = 200_000;
// Whatever happened, the wait and a list of 10,000 pods are over within ten seconds.
const RETRY = { firstMs: 250, mostMs: 4_000 };
// A watch that ends sooner is a failure, or a server that ends each at once would be asked without a pause.
const LEAST_WATCH_MS = 1_000;
// As client-go: servers have each watch end at another time, which spreads them over the servers there are.
const LEAST_WATCH_SECONDS = 300;
// How much later than it was asked to a server may end a watch.
const WATCH_GRACE_MS = 15_000;

// Connections break and states expire all the time, a list that takes longer than its token lives included: that is worth telling when it
// goes on.
const USUAL_IN_A_ROW: ReadonlyMap<FailureReason, number> = new Map([
  ['connection', 1],
  ['expired', 2],
]);

export class Reflector<T> {
  readonly #options: ReflectorOptions<T>;
  readonly #cache: ObjectCache<T>;
  readonly #backoff: Backoff;
  readonly #size = new PageSize();
  #state: ReflectorState = { kind: 'unread' };
  /** What the next watch goes on from; undefined when the list has to be read first. */
  #resourceVersion: string | undefined;
  #hasListed = false;
  /** Failures for the same reason since things last went well. */
  #failures: { readonly reason: FailureReason; readonly inARow: number } | undefined;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    const { trim, observer, random } = options;
    this.#cache = new ObjectCache({ trim, changed: observer.changed, unreadable: () => observer.unreadable?.() });
    this.#backoff = new Backoff({ ...RETRY, ...(random === undefined ? {} : { random }) });
  }

  get state(): ReflectorState {
    return this.#state;
  }

  /** Whether a list was read whole at any time. */
  get hasListed(): boolean {
    return this.#hasListed;
  }

  objects(): Iterable<T> {
    return this.#cache.objects();
  }

  /** Settles when `signal` is aborted; rejects only for what is a bug. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const mayGoOn =
        this.#resourceVersion === undefined ? await this.#tryList(signal) : await this.#tryWatch(signal, this.#resourceVersion);
      if (!mayGoOn) await this.#options.clock.sleep(this.#backoff.next(), signal);
    }
  }

  async #tryList(signal: AbortSignal): Promise<boolean> {
    const { observer } = this.#options;
    try {
      this.#resourceVersion = await this.#list(signal);
    } catch (error) {
      if (signal.aborted) return false;
      const reason = this.#failed(error);
      observer.listFailed?.(reason);
      return false;
    }
    this.#hasListed = true;
    observer.listed?.();
    this.#enter({ kind: 'current' });
    return true;
  }

  async #list(signal: AbortSignal): Promise<string> {
    const { client, path, metadataOnly } = this.#options;
    const keys = new Set<string>();
    let resourceVersion = '';
    for await (const page of listPages({ client, path, accept: acceptOf('List', metadataOnly), size: this.#size, signal })) {
      ({ resourceVersion } = page);
      for (const object of page.objects) {
        const key = this.#cache.put(object);
        if (key !== undefined) keys.add(key);
      }
      this.#checkSize(keys.size);
    }
    this.#cache.retain(keys);
    return resourceVersion;
  }

  /** True when the watch can be opened again at once. */
  async #tryWatch(signal: AbortSignal, from: string): Promise<boolean> {
    const { clock, observer } = this.#options;
    const startMs = clock.nowMs();
    let failed = false;
    try {
      await this.#watch(signal, from);
      observer.watchEnded?.('ended');
    } catch (error) {
      failed = true;
      const reason = signal.aborted ? undefined : this.#failed(error);
      if (reason !== undefined) observer.watchEnded?.(reason);
    }
    const isHealthy = clock.nowMs() - startMs >= LEAST_WATCH_MS;
    if (isHealthy) this.#backoff.reset();
    return isHealthy && !failed;
  }

  async #watch(signal: AbortSignal, from: string): Promise<void> {
    const { client, clock, path, metadataOnly, random = Math.random } = this.#options;
    const timeoutSeconds = Math.floor(LEAST_WATCH_SECONDS * (1 + random()));
    const query = { watch: 'true', allowWatchBookmarks: 'true', resourceVersion: from, timeoutSeconds: String(timeoutSeconds) };
    await within({ clock, ms: timeoutSeconds * 1000 + WATCH_GRACE_MS, signal }, async (deadline) => {
      const events = client.watch({
        path: withQuery(path, query),
        accept: acceptOf('', metadataOnly),
        signal: deadline.signal,
        opened: () => this.#enter({ kind: 'current' }),
      });
      for await (const event of events) this.#take(event);
    });
  }

  #take(event: unknown): void {
    const { type, object } = objectOf(event);
    if (type === 'ERROR') throw errorEvent(object);
    if (!isEventType(type)) throw new Unfollowable('malformed', 'cannot read an event: it is of an unknown type; the list is read anew');
    const told = objectOf(object);
    const resourceVersion = textOf(objectOf(told['metadata'])['resourceVersion']);
    if (resourceVersion === undefined) throw new Unfollowable('malformed', 'cannot read an event: its object has no resourceVersion');
    if (type === 'DELETED') this.#cache.remove(told);
    else if (type !== 'BOOKMARK') this.#cache.put(told);
    this.#resourceVersion = resourceVersion;
    this.#options.observer.told?.(type);
    this.#checkSize(this.#cache.size);
  }

  #checkSize(objects: number): void {
    const { path, maxObjects = MOST_OBJECTS } = this.#options;
    if (objects <= maxObjects) return;
    throw new Unfollowable('over-limit', `cannot keep the objects of ${path}: there are more than ${maxObjects}; watch fewer namespaces`);
  }

  /** Notes a failure and what follows from it. */
  #failed(error: unknown): FailureReason {
    const { reason, message: why, mayResume } = failureOf(error);
    if (!mayResume) this.#resourceVersion = undefined;
    if (reason === 'missing') this.#cache.retain(new Set());
    const inARow = this.#failures?.reason === reason ? this.#failures.inARow + 1 : 1;
    this.#failures = { reason, inARow };
    const isRefused = reason === 'unauthorized' || reason === 'forbidden' || reason === 'missing';
    const isUsual = this.#hasListed && inARow <= (USUAL_IN_A_ROW.get(reason) ?? 0);
    if (!isUsual) this.#enter({ kind: isRefused ? 'refused' : 'broken', reason, why });
    return reason;
  }

  #enter(state: ReflectorState): void {
    const before = this.#state;
    this.#state = state;
    if (state.kind === 'current') this.#failures = undefined;
    if (before.kind !== state.kind || reasonOf(before) !== reasonOf(state)) this.#options.observer.stateChanged(state, before);
  }
}

function reasonOf(state: ReflectorState): FailureReason | undefined {
  return 'reason' in state ? state.reason : undefined;
}

function isEventType(type: unknown): type is EventType {
  return type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED' || type === 'BOOKMARK';
}

/** The object of an event of type ERROR is a Status. */
function errorEvent(object: unknown): Unfollowable {
  if (objectOf(object)['code'] === 410) return new Unfollowable('expired', 'the server has forgotten where the watch was');
  return new Unfollowable('refused', statusMessage(object) ?? 'the server ended the watch with an error');
}

// Where a server cannot leave the rest away, everything is better than nothing.
function acceptOf(suffix: 'List' | '', metadataOnly: boolean): string {
  return metadataOnly ? `application/json;as=PartialObjectMetadata${suffix};v=v1;g=meta.k8s.io,application/json` : 'application/json';
}
