// Which objects a path of custom.metrics.k8s.io asks about, and how messages name them.
import { quote } from '../lib/quote.ts';
import type { Inventory, ObjectRef } from '../model/inventory.ts';
import type { LabelSelector } from '../model/label-selector.ts';
import type { EmptySelections } from './empty-selections.ts';
import type { CustomPath } from './paths.ts';
import { isPods, qualifiedName } from './resources.ts';
import type { MetricsApiServices } from './services.ts';
import { StatusError } from './status.ts';

export function kindOf({ resource, namespace }: CustomPath): Omit<ObjectRef, 'name'> {
  return { group: resource.group, resource: resource.name, ...(namespace !== undefined && { namespace }) };
}

/** `pods`, `deployments.apps "triton"`, with the namespace where there is one. */
export function subjectOf({ resource, name, namespace }: CustomPath): string {
  const object = name === undefined ? '' : ` ${quote(name)}`;
  const place = namespace === undefined ? '' : ` in namespace ${quote(namespace)}`;
  return `${qualifiedName(resource)}${object}${place}`;
}

/** All others than pods that a path without a name asks about. Throws a 400 for a selector of labels, which only pods have here. */
export function objectsSelected(path: CustomPath, labelSelector: LabelSelector, inventory: Inventory): readonly ObjectRef[] {
  if (labelSelector.length === 0) return inventory.objects(kindOf(path));
  const advice = 'only the labels of pods are known; ask without labelSelector';
  throw new StatusError(400, `cannot select ${qualifiedName(path.resource)} by their labels: ${advice}`);
}

interface AskedSelection {
  /** How many objects it left. */
  readonly selected: number;
  /** The labelSelector as asked. */
  readonly text: string;
}

/** An empty list cannot say why it is empty, so the log does. */
export function noteSelection(
  path: CustomPath,
  { selected, text }: AskedSelection,
  { empties, inventory }: Pick<MetricsApiServices, 'inventory'> & { readonly empties: EmptySelections },
): void {
  const selection = { resource: qualifiedName(path.resource), namespace: path.namespace, labelSelector: text };
  if (selected > 0) empties.isOver(selection);
  else empties.found(selection, () => knownWithoutSelector(path, inventory()));
}

function knownWithoutSelector(path: CustomPath, inventory: Inventory): number {
  return isPods(path.resource) ? inventory.podsIn(path.namespace ?? '', []).length : inventory.objects(kindOf(path)).length;
}
