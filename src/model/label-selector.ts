// Kubernetes label selectors as data; `parse-label-selector.ts` reads their text.
import { keyOf } from '../lib/key.ts';
import type { Labels } from './labels.ts';

export interface LabelRequirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  /** Empty for Exists and DoesNotExist. */
  readonly values: readonly string[];
}

/** All requirements must hold; the empty selector selects everything. */
export type LabelSelector = readonly LabelRequirement[];

/** As `Requirement.Matches` of apimachinery: NotIn holds for an absent key. */
export function selects(selector: LabelSelector, labels: Labels): boolean {
  return selector.every((requirement) => requirementHolds(requirement, labels.get(requirement.key)));
}

function requirementHolds(requirement: LabelRequirement, value: string | undefined): boolean {
  switch (requirement.operator) {
    case 'In':
      return value !== undefined && requirement.values.includes(value);
    case 'NotIn':
      return value === undefined || !requirement.values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
  }
}

/** One string for equal selectors, and another for any other; the order of requirements counts. */
export function selectorKey(selector: LabelSelector): string {
  return keyOf(selector.map(({ key, operator, values }) => keyOf([key, operator, ...values])));
}
