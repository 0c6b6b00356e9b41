// What the log says of resources that cannot be read: once when it begins, once when it ends.
import type { ReflectorState } from '../../lib/kube/reflector.ts';
import type { Log } from '../../model/log.ts';

/** A resource as it is followed: in one namespace, or in the whole cluster. */
export interface Place {
  readonly resource: string;
  readonly namespace?: string;
}

export interface Announcer {
  stateChanged(place: Place, state: ReflectorState): void;
}

export interface AnnouncerOptions {
  readonly log: Log;
  /** A refusal there is nothing to worry about. */
  readonly isExpected: (place: Place) => boolean;
}

export function createAnnouncer({ log, isExpected }: AnnouncerOptions): Announcer {
  const refused = new Map<Place, string>();
  const broken = new Map<Place, string>();

  /** An API server that is gone is one event, however many resources were read from it. */
  function breaks(place: Place, { reason, why }: Extract<ReflectorState, { kind: 'broken' }>): void {
    const isNew = ![...broken.values()].includes(why);
    broken.set(place, why);
    if (isNew) log.warn({ ...place, reason, why }, 'cluster is not followed, trying again');
  }

  function refuses(place: Place, { reason, why }: Extract<ReflectorState, { kind: 'refused' }>): void {
    broken.delete(place);
    if (refused.get(place) === reason) return;
    refused.set(place, reason);
    const level = isExpected(place) ? 'info' : 'warn';
    log[level]({ ...place, reason, why }, 'resource of the cluster may not be read, trying again');
  }

  function goesOn(place: Place): void {
    if (refused.delete(place)) log.info({ ...place }, 'resource of the cluster may be read now');
    if (broken.delete(place) && broken.size === 0) log.info({}, 'cluster is followed again');
  }

  return {
    stateChanged(place, state) {
      if (state.kind === 'refused') refuses(place, state);
      else if (state.kind === 'broken') breaks(place, state);
      else goesOn(place);
    },
  };
}
