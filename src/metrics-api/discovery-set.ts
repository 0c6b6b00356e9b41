// What discovery names: kinds of object × signals, whatever is scraped and however much is there; what it leaves out is served all the same.
import type { Resource, Resources } from './resources.ts';

/** Entries of one list of resources: clients of the whole cluster fetch it again and again (kubernetes issue 98801 tells of thousands). */
export const MOST_LISTED = 500;

/** Stands where no signal is configured: kubectl and others take an empty list of resources for a broken API. */
const PLACEHOLDER = 'no_signals';

export interface DiscoverySet {
  /** Each with one metric at least. */
  readonly custom: readonly { readonly resource: Resource; readonly metrics: readonly string[] }[];
  /** Lower case, as client-go asks for them. */
  readonly external: readonly string[];
  readonly isTruncated: boolean;
}

/** The same for the same names, in whatever order they come: the first of them by name, each for as many resources as there is room for. */
export function discoverySet(signals: readonly string[], resources: Resources): DiscoverySet {
  const metrics = signals.length === 0 ? [PLACEHOLDER] : uniqueSorted(signals);
  const custom = [...resources.values()].map((resource, index) => ({
    resource,
    metrics: metrics.slice(0, Math.max(0, Math.ceil((MOST_LISTED - index) / resources.size))),
  }));
  return {
    custom: custom.filter(({ metrics: listed }) => listed.length > 0),
    external: uniqueSorted(metrics.map((name) => name.toLowerCase())).slice(0, MOST_LISTED),
    isTruncated: metrics.length * resources.size > MOST_LISTED,
  };
}

function uniqueSorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}
