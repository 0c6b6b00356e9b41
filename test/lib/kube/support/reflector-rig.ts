// A reflector under test: what it holds, and everything that it told.

import type { Clock } from '../../../../src/lib/clock.ts';
import { type JsonObject, objectOf, textOf } from '../../../../src/lib/json.ts';
import type { KubeClient } from '../../../../src/lib/kube/client.ts';
import type { ObjectChange } from '../../../../src/lib/kube/object-cache.ts';
import { Reflector, type ReflectorOptions } from '../../../../src/lib/kube/reflector.ts';
import type { ApiState } from './api-state.ts';

/** What the tests keep of an object. */
export interface Kept {
  readonly key: string;
  readonly uid: string;
  readonly data: unknown;
}

export const CONFIG_MAPS = '/api/v1/configmaps';

function trim(object: JsonObject): Kept | undefined {
  const { name, namespace, uid } = objectOf(object['metadata']);
  if (object['data'] === 'odd') throw new Error('odd');
  if (object['data'] === 'unwanted') return undefined;
  return { key: `${textOf(namespace) ?? ''}/${textOf(name)}`, uid: String(uid), data: object['data'] };
}

export interface ReflectorRig {
  readonly reflector: Reflector<Kept>;
  readonly changes: ObjectChange<Kept>[];
  /** `refused forbidden`, `listed`, `list failed timeout`, `watch ended expired`, `unreadable`. */
  readonly told: string[];
  /** What the changes add up to, and whether each fitted what came before. */
  readonly folded: ReadonlyMap<string, Kept>;
  readonly running: Promise<void>;
  stop(): Promise<void>;
}

export function startReflector(
  client: KubeClient,
  clock: Clock,
  options: Partial<Omit<ReflectorOptions<Kept>, 'observer' | 'client' | 'clock'>> = {},
): ReflectorRig {
  const changes: ObjectChange<Kept>[] = [];
  const told: string[] = [];
  const folded = new Map<string, Kept>();
  const reflector = new Reflector<Kept>({
    client,
    clock,
    path: CONFIG_MAPS,
    metadataOnly: false,
    trim,
    random: () => 0,
    ...options,
    observer: {
      changed: (change) => {
        const { key, before, after } = change;
        if (folded.get(key) !== before) throw new Error(`the change of ${key} does not begin where the last one ended`);
        if (before === after) throw new Error(`the change of ${key} is none`);
        if (after === undefined) folded.delete(key);
        else folded.set(key, after);
        changes.push(change);
      },
      stateChanged: (state) => told.push('reason' in state ? `${state.kind} ${state.reason}` : state.kind),
      listed: () => told.push('listed'),
      listFailed: (reason) => told.push(`list failed ${reason}`),
      watchEnded: (reason) => told.push(`watch ended ${reason}`),
      unreadable: () => told.push('unreadable'),
    },
  });
  const controller = new AbortController();
  const running = reflector.run(controller.signal);
  return {
    reflector,
    changes,
    told,
    folded,
    running,
    stop: async () => {
      controller.abort();
      await running;
    },
  };
}

/** Whether the reflector holds what the server has, and told of it. */
export function agrees({ reflector, folded }: ReflectorRig, state: ApiState, namespace?: string): boolean {
  const wanted = state
    .objects(CONFIG_MAPS)
    .filter(({ metadata }) => metadata.name !== '' && (namespace === undefined || metadata.namespace === namespace))
    .map((object) => JSON.stringify(trimmed(object)))
    .filter((text) => text !== undefined);
  const held = [...reflector.objects()].map((kept) => JSON.stringify(kept));
  const told = [...folded.values()].map((kept) => JSON.stringify(kept));
  return [held, told].every((some) => some.length === wanted.length && some.toSorted().join() === wanted.toSorted().join());
}

function trimmed(object: JsonObject): Kept | undefined {
  try {
    return trim(object);
  } catch {
    return undefined;
  }
}
