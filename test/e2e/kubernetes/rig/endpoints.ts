// Where the Service of Plimsoll leads, as its EndpointSlices say.
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import type { Api } from '../control-plane/api.ts';
import { NAMESPACE } from './install.ts';

/** A change of it, and when we saw it on the wall clock. */
export interface Led {
  readonly atMs: number;
  /** Addresses that get new requests. */
  readonly ready: readonly string[];
}

export interface EndpointWatch extends AsyncDisposable {
  /** In order; grows. */
  readonly seen: readonly Led[];
}

const slices = z.object({
  items: z.array(
    z.object({
      endpoints: z
        .array(z.object({ addresses: z.array(z.string()), conditions: z.object({ ready: z.boolean().optional() }).prefault({}) }))
        .nullish(),
    }),
  ),
});
const LOOK_MS = 20;
const PATH = `/apis/discovery.k8s.io/v1/namespaces/${NAMESPACE}/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3Dplimsoll`;

export function watchEndpoints(api: Api): EndpointWatch {
  const seen: Led[] = [];
  const stopping = new AbortController();
  const watching = (async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const ready = slices
        .parse(await api.get(PATH))
        .items.flatMap(({ endpoints }) => endpoints ?? [])
        .filter(({ conditions }) => conditions.ready !== false)
        .flatMap(({ addresses }) => addresses)
        .toSorted();
      if (ready.join() !== seen.at(-1)?.ready.join()) seen.push({ atMs: Date.now(), ready });
      await setTimeout(LOOK_MS);
    }
  })();
  watching.catch(() => undefined);
  return {
    seen,
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await watching;
    },
  };
}
