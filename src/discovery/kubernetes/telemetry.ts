// What following a cluster says about itself.
import type { ReflectorObserver } from '../../lib/kube/reflector.ts';
import type { Meter } from '../../model/meter.ts';

export interface ClusterTelemetry {
  /** Objects of a resource that are kept now. */
  objects(resource: string, count: number): void;
  /** What a reflector of the resource does. */
  observe(resource: string): Required<Pick<ReflectorObserver<unknown>, 'listed' | 'told' | 'unreadable' | 'listFailed' | 'watchEnded'>>;
}

/** Registers the metrics. */
export function createClusterTelemetry(meter: Meter): ClusterTelemetry {
  const objects = meter.gauge({
    name: 'plimsoll_kubernetes_objects',
    help: 'Objects of the cluster that are kept in memory.',
    labels: ['resource'],
  });
  const lists = meter.counter({
    name: 'plimsoll_kubernetes_lists_total',
    help: 'Lists of objects that were read whole.',
    labels: ['resource'],
  });
  const listFailures = meter.counter({
    name: 'plimsoll_kubernetes_list_failures_total',
    help: 'Lists of objects that failed and were begun anew, by reason.',
    labels: ['resource', 'reason'],
  });
  const events = meter.counter({
    name: 'plimsoll_kubernetes_events_total',
    help: 'Events of watches, by type: added, modified, deleted, or bookmark.',
    labels: ['resource', 'type'],
  });
  const restarts = meter.counter({
    name: 'plimsoll_kubernetes_watch_restarts_total',
    help: 'Watches that were opened again; the reason is ended when the server ended them in time, else the kind of failure.',
    labels: ['resource', 'reason'],
  });
  const unreadable = meter.counter({
    name: 'plimsoll_kubernetes_unreadable_objects_total',
    help: 'Objects that could not be read and were left out.',
    labels: ['resource'],
  });
  return {
    objects: (resource, count) => objects.set(count, { resource }),
    observe: (resource) => ({
      listed: () => lists.add(1, { resource }),
      told: (type) => events.add(1, { resource, type: type.toLowerCase() }),
      unreadable: () => unreadable.add(1, { resource }),
      listFailed: (reason) => listFailures.add(1, { resource, reason }),
      watchEnded: (reason) => restarts.add(1, { resource, reason }),
    }),
  };
}
