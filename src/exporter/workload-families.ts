// What only the pods of a workload have together, as gauges for Prometheus: the balance of their load, and whether connections are pinned.
import { setImmediate } from 'node:timers/promises';
import type { Sample } from '../exposition/line.ts';
import type { WrittenFamily } from '../exposition/write.ts';
import type { Inventory, ObjectRef } from '../model/inventory.ts';
import { labelsOf, METRIC_NAME } from '../model/labels.ts';
import { QueryError } from '../model/query-engine.ts';
import type { SignalInfo } from '../model/signal.ts';
import type { SignalSources } from './signal-sources.ts';

const PINNED = 'plimsoll_connections_pinned';
const PINNED_HELP =
  '1 while pods of a workload that have been ready for a whole window stay idle and requests wait in all older ones: scale-out brings no relief.';

/** Of whose pods a balancer chooses one. */
const WORKLOADS = [
  { group: 'apps', resource: 'deployments' },
  { group: 'apps', resource: 'statefulsets' },
];

/** A workload with one pod, or without load, has no sample; nor has one whose number is not known. A signal that cannot be computed costs only itself. */
export async function workloadFamilies(info: SignalInfo, sources: SignalSources): Promise<readonly WrittenFamily[]> {
  const { signals, inventory, failures, log } = sources;
  const name = `plimsoll_${info.name}`;
  const values: Sample[] = [];
  const pinned: Sample[] = [];
  try {
    for (const object of workloadsOf(inventory())) {
      const answer = await signals.ofObject({ signal: info.name, object, metricSelector: [] });
      await setImmediate();
      if (answer.kind === 'absent') continue;
      values.push(sampleOf(name, object, answer.value));
      if (answer.isPinned !== undefined) pinned.push(sampleOf(PINNED, object, answer.isPinned ? 1 : 0));
    }
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    failures.add(1, { signal: info.name });
    log.debug({ signal: info.name, err: error }, 'signal left out of the metrics page');
    values.length = 0;
    pinned.length = 0;
  }
  return [
    { name, help: `${info.help} Unit: ${info.unit}.`, type: 'gauge', samples: values },
    { name: PINNED, help: PINNED_HELP, type: 'gauge', samples: pinned },
  ];
}

function workloadsOf(inventory: Inventory): readonly ObjectRef[] {
  return WORKLOADS.flatMap((kind) => inventory.objects(kind)).filter((object) => (inventory.podsOf(object) ?? []).length > 1);
}

function sampleOf(name: string, { namespace = '', resource, name: object }: ObjectRef, value: number): Sample {
  return { labels: labelsOf({ [METRIC_NAME]: name, namespace, resource, name: object }), value };
}
