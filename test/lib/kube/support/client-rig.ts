// A client under test, on a clock that is moved by hand, and what has to be closed after it.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach } from 'vitest';
import { type KubeAnswer, type KubeClient, KubeUnreachable } from '../../../../src/lib/kube/client.ts';
import type { KubeLimits } from '../../../../src/lib/kube/context.ts';
import { VirtualClock } from '../../../../src/lib/virtual-clock.ts';
import { serveHttp } from '../../../scrape/support/loopback.ts';
import { type ConfigParts, clientOf } from './kubeconfig.ts';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;
export const never = new AbortController().signal;

export interface ClientRig {
  clock: VirtualClock;
  /** Closed after the test. */
  kept<D extends AsyncDisposable>(disposable: D): D;
  open(parts: ConfigParts, limits?: Partial<KubeLimits>): Promise<KubeClient>;
  /** A client of a server on loopback that answers so. */
  clientFor(answer: Answer, limits?: Partial<KubeLimits>): Promise<KubeClient>;
}

/** To be called once in a file; new for each of its tests. */
export function useClientRig(): ClientRig {
  const disposables: AsyncDisposable[] = [];
  const rig: ClientRig = {
    clock: new VirtualClock(),
    kept(disposable) {
      disposables.push(disposable);
      return disposable;
    },
    async open(parts, limits = {}) {
      const client = await clientOf(parts, { clock: rig.clock, limits });
      rig.kept({ [Symbol.asyncDispose]: () => client.close() });
      return client;
    },
    async clientFor(answer, limits = {}) {
      const { port } = rig.kept(await serveHttp(answer));
      return rig.open({ server: `http://127.0.0.1:${port}` }, limits);
    },
  };
  beforeEach(() => {
    rig.clock = new VirtualClock();
  });
  afterEach(async () => {
    for (const disposable of disposables.splice(0).reverse()) await disposable[Symbol.asyncDispose]();
  });
  return rig;
}

export function get(client: KubeClient, path = '/api', signal = never): Promise<KubeAnswer> {
  return client.request({ method: 'GET', path, signal });
}

export async function failureOf(work: Promise<unknown>): Promise<KubeUnreachable> {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  if (!(error instanceof KubeUnreachable)) throw new Error(`expected a KubeUnreachable, got ${String(error)}`);
  return error;
}
