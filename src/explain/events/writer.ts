// Writes Events to the API server: what fails is told once, and tried again by whoever asks again.
import type { Clock } from '../../lib/clock.ts';
import { type KubeAnswer, type KubeClient, KubeUnreachable } from '../../lib/kube/client.ts';
import { statusMessage } from '../../lib/kube/words.ts';
import type { Log } from '../../model/log.ts';
import { type AutoscalerEvent, eventChange, eventObject } from './event.ts';

/** `refused`: for want of rights in the namespace. `failed`: it may work at the next try. */
export type WriteResult = 'written' | 'refused' | 'failed';

export interface EventWriterOptions {
  readonly client: KubeClient;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly log: Log;
}

export interface EventWriter {
  /** Creates the Event, or says it again where `count` is above 1. Rejects only for what is a bug. */
  write(event: AutoscalerEvent, signal: AbortSignal): Promise<WriteResult>;
}

/** A namespace without the right is not asked again for so long: somebody has to give it first. */
const REFUSED_MS = 60_000;

export function createEventWriter({ client, clock, log }: EventWriterOptions): EventWriter {
  /** Until when each namespace that refused is left alone. */
  const refusedUntilMs = new Map<string, number>();
  let failing: string | undefined;

  function noteRefusal(namespace: string, why: string): void {
    if (refusedUntilMs.size === 0) {
      log.warn({ namespace, why }, 'Events of autoscalers may not be written, trying again; k8s/components/events has the rights');
    }
    refusedUntilMs.set(namespace, clock.nowMs() + REFUSED_MS);
  }

  function noteResult(namespace: string, why: string | undefined): void {
    if (why === undefined && refusedUntilMs.delete(namespace) && refusedUntilMs.size === 0) {
      log.info({ namespace }, 'Events of autoscalers may be written now');
    }
    if (why !== undefined && failing === undefined) log.warn({ namespace, why }, 'Event of an autoscaler not written, trying again');
    failing = why;
  }

  return {
    async write(event, signal) {
      const { namespace } = event.autoscaler;
      if (clock.nowMs() < (refusedUntilMs.get(namespace) ?? Number.NEGATIVE_INFINITY)) return 'refused';
      const { status, why } = await send(client, event, signal);
      if (status === 401 || status === 403) {
        noteRefusal(namespace, why);
        return 'refused';
      }
      const isWritten = status === 200 || status === 201;
      if (!signal.aborted) noteResult(namespace, isWritten ? undefined : why);
      return isWritten ? 'written' : 'failed';
    },
  };
}

interface Outcome {
  /** 0 when there was no answer. */
  readonly status: number;
  readonly why: string;
}

/** An Event that is gone, as all are after an hour, is created anew; one that another replica has created is said again. */
async function send(client: KubeClient, event: AutoscalerEvent, signal: AbortSignal): Promise<Outcome> {
  const folder = `/api/v1/namespaces/${encodeURIComponent(event.autoscaler.namespace)}/events`;
  const create = () => client.request({ method: 'POST', path: folder, body: eventObject(event), signal });
  const again = () =>
    client.request({ method: 'PATCH', path: `${folder}/${encodeURIComponent(event.name)}`, body: eventChange(event), signal });
  try {
    const first = await (event.count === 1 ? create() : again());
    if (event.count > 1 && first.status === 404) return outcomeOf(await create());
    if (event.count === 1 && first.status === 409) return outcomeOf(await again());
    return outcomeOf(first);
  } catch (error) {
    if (!(error instanceof KubeUnreachable)) throw error;
    return { status: 0, why: error.message };
  }
}

function outcomeOf({ status, json }: KubeAnswer): Outcome {
  return { status, why: `the API server answered ${status}: ${statusMessage(json) ?? 'without a word'}` };
}
