// One resource of a cluster, followed in the whole of it or in each of some namespaces.
import type { Clock } from '../../lib/clock.ts';
import type { KubeClient } from '../../lib/kube/client.ts';
import { Reflector, type ReflectorState } from '../../lib/kube/reflector.ts';
import type { Place } from './announce.ts';
import { pathOf, type WatchedResource } from './resources.ts';
import type { ClusterTelemetry } from './telemetry.ts';

export interface CollectionOptions<T> {
  readonly resource: WatchedResource<T>;
  /** Empty: the whole cluster. */
  readonly namespaces: readonly string[];
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly telemetry: ClusterTelemetry;
  /** The objects changed, or what is known of their being complete did. */
  readonly changed: () => void;
  readonly stateChanged: (place: Place, state: ReflectorState) => void;
}

/** Something that is not followed at the moment, and why. */
export interface Unreadable extends Place {
  /** `refused`: by the server, for want of rights or of the resource. */
  readonly kind: 'refused' | 'broken';
  readonly why: string;
}

export class Collection<T> {
  readonly #options: CollectionOptions<T>;
  readonly #followed: readonly Followed<T>[];
  #objects: readonly T[] | undefined;
  #count = 0;

  constructor(options: CollectionOptions<T>) {
    this.#options = options;
    const { resource, namespaces } = options;
    const isWhole = namespaces.length === 0 || !resource.namespaced;
    this.#followed = (isWhole ? [undefined] : namespaces).map((namespace) => this.#follow(namespace));
  }

  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#followed.map(({ reflector }) => reflector.run(signal)));
  }

  /** The same array until something changes. */
  objects(): readonly T[] {
    this.#objects ??= this.#followed.flatMap(({ reflector }) => [...reflector.objects()]);
    return this.#objects;
  }

  /** Whether everything that may be read was listed once. */
  isSettled(): boolean {
    return this.#followed.every(({ reflector, wasRefused }) => reflector.hasListed || wasRefused);
  }

  unreadable(): readonly Unreadable[] {
    return this.#followed.flatMap(({ place, reflector: { state } }) =>
      state.kind === 'refused' || state.kind === 'broken' ? [{ ...place, kind: state.kind, why: state.why }] : [],
    );
  }

  #follow(namespace: string | undefined): Followed<T> {
    const { resource, client, clock, telemetry, changed, stateChanged } = this.#options;
    const place = { resource: resource.name, ...(namespace === undefined ? {} : { namespace }) };
    const observer = telemetry.observe(resource.name);
    // Not for each object of a list: a gauge costs as much as trimming the object.
    const sayCount = (): void => telemetry.objects(resource.name, this.#count);
    const reflector = new Reflector<T>({
      client,
      clock,
      path: pathOf(resource, namespace),
      metadataOnly: resource.metadataOnly,
      trim: resource.trim,
      observer: {
        ...observer,
        listed: () => {
          observer.listed();
          sayCount();
        },
        told: (type) => {
          observer.told(type);
          sayCount();
        },
        changed: ({ before, after }) => {
          this.#count += Number(after !== undefined) - Number(before !== undefined);
          this.#objects = undefined;
          changed();
        },
        stateChanged: (state) => {
          // Without rights or without the resource there is nothing to wait for; with the wrong token there is.
          if (state.kind === 'refused' && state.reason !== 'unauthorized') followed.wasRefused = true;
          stateChanged(place, state);
          sayCount();
          changed();
        },
      },
    });
    const followed: Followed<T> = { place, reflector, wasRefused: false };
    return followed;
  }
}

interface Followed<T> {
  readonly place: Place;
  readonly reflector: Reflector<T>;
  wasRefused: boolean;
}
