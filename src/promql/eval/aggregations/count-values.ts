// count_values: how many series have each value, the value as a label.
import { floatAt } from '../../../lib/columns.ts';
import { printPlain } from '../../../lib/go-float.ts';
import { type Labels, labelsKey, METRIC_NAME } from '../../../model/labels.ts';
import { QueryError } from '../../../model/query-engine.ts';
import type { Aggregation, Grouping } from '../../syntax/ast.ts';
import { dropLabels, keepLabels, listOfLabels } from '../labels/series-list.ts';
import type { Texts } from '../labels/texts.ts';
import type { VectorStep } from '../step.ts';
import { isPresent, rawVector } from '../vector.ts';

interface Counted {
  readonly labels: Labels;
  count: number;
  newestMs: number;
}

interface Settings {
  readonly argument: VectorStep;
  /** The label that takes the value. */
  readonly label: string;
  readonly texts: Pick<Texts, 'idOf'>;
}

/** Throws a QueryError when the label has no name. */
export function countValues({ grouping }: Aggregation, { argument, label, texts }: Settings): VectorStep {
  return (run) => {
    if (label === '' || !label.isWellFormed()) throw new QueryError('execution', `invalid label name ${JSON.stringify(label)}`);
    const input = argument(run);
    const groups = new Map<string, Counted>();
    for (let position = 0; position < input.list.size; position += 1) {
      if (!isPresent(input, position)) continue;
      const labels = groupLabels(input.list.labels(position), { grouping, label, value: printPlain(floatAt(input.values, position)) });
      const key = labelsKey(labels);
      const group = groups.get(key) ?? { labels, count: 0, newestMs: Number.NEGATIVE_INFINITY };
      group.count += 1;
      group.newestMs = Math.max(group.newestMs, floatAt(input.newestMs, position));
      groups.set(key, group);
    }
    const counted = [...groups.values()];
    const output = rawVector(
      listOfLabels(
        counted.map(({ labels }) => labels),
        texts,
      ),
      run,
    );
    for (const [at, { count, newestMs }] of counted.entries()) {
      output.values[at] = count;
      output.newestMs[at] = newestMs;
    }
    return output;
  };
}

/** The value's label comes first: `without` may take it away again. */
function groupLabels(
  labels: Labels,
  { grouping, label, value }: { readonly grouping: Grouping; readonly label: string; readonly value: string },
): Labels {
  const withValue = new Map([...labels, [label, value]]);
  if (grouping.without) return dropLabels(withValue, [...grouping.labels, METRIC_NAME]);
  return keepLabels(withValue, [...grouping.labels, label]);
}
