// A line as the rules of its job leave it.
import type { Relabel } from '../../lib/relabel.ts';
import type { Line } from '../../model/line.ts';
import type { Target } from '../../model/target.ts';
import { lineLabels, mergeLabels } from '../../store/series-labels.ts';

/**
 * Rules see the series with its target's labels, as in Prometheus; a label of the target that they removed is hidden by an empty one.
 * Undefined when they drop the line; the line itself where there are none.
 */
export function relabelled(line: Line, { target, relabel }: { target: Target; relabel: Relabel | undefined }): Line | undefined {
  if (relabel === undefined) return line;
  const { labels, honorLabels } = target;
  const series = mergeLabels(lineLabels({ said: line.labels, target: labels, clash: honorLabels ? 'override' : 'rename' }), labels);
  const kept = relabel(series);
  if (kept === undefined) return undefined;
  const hidden = [...labels.keys()].filter((name) => !kept.has(name)).map((name): [string, string] => [name, '']);
  return { ...line, labels: new Map([...kept, ...hidden]) };
}
