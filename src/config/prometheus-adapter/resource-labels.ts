// What labels of series mean to a rule: kinds of object, and back.
import type { ObjectKind } from '../../model/object-kinds.ts';

export interface ResourceLabels {
  /** The kind that a label stands for. */
  kindOf(label: string): ObjectKind | undefined;
  /** The label by which objects of a kind are asked about; undefined where neither an override nor a template says one. */
  labelOf(kind: ObjectKind): string | undefined;
  /** Kinds of the overrides, in their order. */
  readonly overridden: readonly ObjectKind[];
}
