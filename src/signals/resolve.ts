// Who a question is about: pods of the inventory, and conditions on the signal's own labels.
import type { Inventory, ObjectRef } from '../model/inventory.ts';
import type { LabelSelector } from '../model/label-selector.ts';
import { type Pod, type PodRef, podKey } from '../model/pod.ts';
import type { Absent, ExternalQuestion, SignalInfo } from '../model/signal.ts';
import { absent } from './absence.ts';

export function podNamed(inventory: Inventory, pod: PodRef): Pod | undefined {
  return inventory.podsOf({ group: '', resource: 'pods', namespace: pod.namespace, name: pod.name })?.[0];
}

export function unknownPod(pod: PodRef): Absent {
  return absent('no-object', `no pod ${podKey(pod)} is known; see whether it runs, and whether a target has its labels namespace and pod`);
}

export function podsOfObject(inventory: Inventory, object: ObjectRef): readonly Pod[] | Absent {
  const pods = inventory.podsOf(object);
  if (pods !== undefined) return pods;
  const resource = object.group === '' ? object.resource : `${object.resource}.${object.group}`;
  const name = object.namespace === undefined ? object.name : `${object.namespace}/${object.name}`;
  return absent(
    'no-object',
    `no object ${resource} ${name} is known; see whether it is there, or, where no cluster is followed, whether the labels of a target name it`,
  );
}

export interface ExternalScope {
  readonly pods: readonly Pod[];
  readonly metricSelector: LabelSelector;
}

/** Labels of the signal select series, all others pods: a pod label that is called like a label of the signal cannot be used. */
export function podsOfExternal(
  inventory: Inventory,
  question: Pick<ExternalQuestion, 'namespace' | 'selector'> & { info: SignalInfo },
): ExternalScope | Absent {
  const { namespace, selector, info } = question;
  const metricSelector = selector.filter(({ key }) => info.labels.includes(key));
  const podSelector = selector.filter(({ key }) => !info.labels.includes(key));
  const pods = inventory.podsIn(namespace, podSelector);
  if (pods.length > 0) return { pods, metricSelector };
  const keys = podSelector.map(({ key }) => key).join(', ');
  const which = keys === '' ? '' : ` whose labels (${keys}) the selector selects`;
  return absent('no-object', `no pod of namespace ${namespace} is known${which}; see whether the namespace and the selector are right`);
}
