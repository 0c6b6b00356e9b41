// Follows the pods of a cluster: what appears, changes and goes.
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import type { Api } from '../control-plane/api.ts';

const podSchema = z.object({
  metadata: z.object({
    namespace: z.string(),
    name: z.string(),
    uid: z.string(),
    resourceVersion: z.string(),
    labels: z.record(z.string(), z.string()).default({}),
    annotations: z.record(z.string(), z.string()).default({}),
    deletionTimestamp: z.string().optional(),
  }),
  spec: z.object({ nodeName: z.string().optional(), containers: z.array(z.object({ name: z.string(), image: z.string().default('') })) }),
  status: z.object({ podIP: z.string().optional() }).prefault({}),
});
export type Pod = z.infer<typeof podSchema>;

const listSchema = z.object({
  metadata: z.object({ resourceVersion: z.string(), continue: z.string().optional() }),
  items: z.array(podSchema),
});
const eventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.enum(['ADDED', 'MODIFIED', 'DELETED']), object: podSchema }),
  z.object({ type: z.literal('BOOKMARK'), object: z.unknown() }),
  z.object({ type: z.literal('ERROR'), object: z.unknown() }),
]);

export interface PodFollower {
  /** A pod as it is now; the same may come again. */
  seen(pod: Pod): void;
  gone(uid: string): void;
}

const PAGE = 500;
const RETRY_MS = 200;

/** Until `signal` is aborted; a broken or expired watch begins anew with a list. */
export async function followPods(api: Api, follower: PodFollower, signal: AbortSignal): Promise<void> {
  const known = new Set<string>();
  while (!signal.aborted) {
    try {
      const version = await list(api, { follower, known });
      await watch(api, { follower, known, version, signal });
    } catch {
      await setTimeout(RETRY_MS);
    }
  }
}

interface Following {
  readonly follower: PodFollower;
  readonly known: Set<string>;
}

async function list(api: Api, { follower, known }: Following): Promise<string> {
  const listed = new Set<string>();
  let token = '';
  for (;;) {
    const page = listSchema.parse(
      await api.get(`/api/v1/pods?limit=${PAGE}${token === '' ? '' : `&continue=${encodeURIComponent(token)}`}`),
    );
    for (const pod of page.items) {
      listed.add(pod.metadata.uid);
      known.add(pod.metadata.uid);
      follower.seen(pod);
    }
    token = page.metadata.continue ?? '';
    if (token !== '') continue;
    for (const uid of known) {
      if (listed.has(uid)) continue;
      known.delete(uid);
      follower.gone(uid);
    }
    return page.metadata.resourceVersion;
  }
}

async function watch(api: Api, { follower, known, version, signal }: Following & { version: string; signal: AbortSignal }): Promise<void> {
  for await (const value of api.watch(`/api/v1/pods?watch=1&allowWatchBookmarks=1&resourceVersion=${version}`, signal)) {
    const event = eventSchema.parse(value);
    if (event.type === 'ERROR') return;
    if (event.type === 'BOOKMARK') continue;
    const { uid } = event.object.metadata;
    if (event.type === 'DELETED') {
      known.delete(uid);
      follower.gone(uid);
    } else {
      known.add(uid);
      follower.seen(event.object);
    }
  }
}
