// Many pods at once, made through the API.
import { setTimeout } from 'node:timers/promises';
import type { Api } from '../control-plane/api.ts';
import type { Kubelets } from '../kubelet/kubelets.ts';
import { createNamespace } from './workloads.ts';

export interface BulkSpec {
  readonly namespace: string;
  readonly count: number;
  /** Pods are `NAME-0`, `NAME-1`, … */
  readonly name: string;
  /** Metadata and spec. */
  readonly template: object;
}

/** How many requests are under way at once; the client's connections are the limit anyway. */
const PARALLEL = 32;
const LOOK_MS = 100;

/** Settles when they are in the API; kubelets then make them Ready. Returns the seconds it took. */
export async function createPods(api: Api, { namespace, count, name, template }: BulkSpec): Promise<number> {
  const startMs = performance.now();
  await createNamespace(api, namespace);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const number = next;
      next += 1;
      await api.ok({ method: 'POST', path: `/api/v1/namespaces/${namespace}/pods`, body: podOf(template, `${name}-${number}`) });
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  return (performance.now() - startMs) / 1000;
}

function podOf(template: object, name: string): object {
  const metadata = 'metadata' in template && typeof template.metadata === 'object' ? template.metadata : {};
  return { apiVersion: 'v1', kind: 'Pod', ...template, metadata: { ...metadata, name } };
}

/** Settles when so many pods of the whole cluster are Ready. */
export async function readyPods(
  kubelets: Kubelets,
  { count, withinMs }: { readonly count: number; readonly withinMs: number },
): Promise<void> {
  const endMs = Date.now() + withinMs;
  for (;;) {
    const { ready, pods } = await kubelets.counts();
    if (ready >= count) return;
    if (Date.now() > endMs) throw new Error(`${ready} of ${count} pods are ready after ${withinMs} ms; ${pods} were seen`);
    await setTimeout(LOOK_MS);
  }
}
