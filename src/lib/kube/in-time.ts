// Questions to an API server that have less time than it takes to wait for one that does not answer.
import type { Clock } from '../clock.ts';
import { within } from '../deadline.ts';
import { type KubeClient, KubeUnreachable } from './client.ts';

export interface Hurry {
  readonly client: Pick<KubeClient, 'server'>;
  readonly clock: Clock;
  readonly ms: number;
  readonly signal?: AbortSignal | undefined;
}

/** What `work` does, given up after `ms` with a KubeUnreachable that says so. */
export function inTime<Result>({ client, clock, ms, signal }: Hurry, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  return within({ clock, ms, ...(signal && { signal }) }, async (deadline) => {
    try {
      return await work(deadline.signal);
    } catch (cause) {
      if (!deadline.isOver()) throw cause;
      const message = `cannot reach the API server ${client.server}: no answer within ${ms} ms; is it overloaded?`;
      throw new KubeUnreachable(message, { reason: 'timeout', cause });
    }
  });
}
