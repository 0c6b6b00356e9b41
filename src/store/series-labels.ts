// How a line's labels and its target's labels become those of the series.
import type { Labels } from '../model/labels.ts';

/** What happens when a line and its target both have a label. */
export type Clash =
  /** As Prometheus without honor_labels: the target's label stays, the line's is kept as `exported_<name>`, or left out when it is empty. */
  | 'rename'
  /** The line's label wins, and hides the target's when it is empty (Prometheus with honor_labels). */
  | 'override';

export interface LineAtTarget {
  readonly said: Labels;
  readonly target: Labels;
  readonly clash: Clash;
}

/**
 * The labels to keep for a line at a target: those that say something else than the target does.
 * So equal series of a target have equal lines. An empty value stays where it hides a label of the target.
 */
export function lineLabels({ said, target, clash }: LineAtTarget): Labels {
  const line = new Map<string, string>();
  const clashing: [name: string, value: string][] = [];
  for (const [name, value] of said) {
    const targetValue = target.get(name) ?? '';
    if (clash === 'rename' && targetValue !== '') {
      if (value !== '') clashing.push([name, value]);
    } else if (value !== targetValue) {
      line.set(name, value);
    }
  }
  // Shorter names first, as `resolveConflictingExposedLabels` of Prometheus's scrape.go: `a` gets `exported_a` before `exported_a` asks.
  clashing.sort(([a], [b]) => a.length - b.length);
  for (const [name, value] of clashing) {
    let exported = `exported_${name}`;
    while ([line, said, target].some((labels) => (labels.get(exported) ?? '') !== '')) exported = `exported_${exported}`;
    line.set(exported, value);
  }
  return line;
}

/** The labels of the series: the line's over the target's, without those that are empty. */
export function mergeLabels(line: Labels, target: Labels): Labels {
  const merged = new Map(target);
  for (const [name, value] of line) {
    if (value === '') merged.delete(name);
    else merged.set(name, value);
  }
  return merged;
}
