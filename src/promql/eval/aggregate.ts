// Aggregations over series.

import { METRIC_NAME } from '../../model/labels.ts';
import type { Aggregation, Grouping } from '../ast.ts';
import { ACCUMULATORS, type Accumulator } from './accumulator.ts';
import { itemAt, numberAt } from './columns.ts';
import { keyOfAllBut, keyOfOnly, numbering } from './numbering.ts';
import { remember } from './remember.ts';
import { dropLabels, keepLabels, lazyList, type SeriesList } from './series-list.ts';
import type { VectorStep } from './step.ts';
import { absentVector, isPresent, NO_SAMPLE } from './vector.ts';

export function aggregate({ operator, grouping }: Aggregation, argument: VectorStep): VectorStep {
  const start = ACCUMULATORS[operator];
  const groupsOf = remember((list: SeriesList) => groupSeries(list, grouping));
  return (run) => {
    const input = argument(run);
    const { groupOf, groups } = groupsOf(input.list);
    const output = absentVector(groups);
    const accumulators: (Accumulator | undefined)[] = [];
    for (const [position, group] of groupOf.entries()) {
      if (!isPresent(input, position)) continue;
      const accumulator = accumulators[group] ?? start();
      accumulator.add(numberAt(input.values, position));
      const newestMs = accumulators[group] === undefined ? NO_SAMPLE : numberAt(output.newestMs, group);
      output.newestMs[group] = Math.max(newestMs, numberAt(input.newestMs, position));
      accumulators[group] = accumulator;
    }
    for (const [group, accumulator] of accumulators.entries()) {
      if (accumulator !== undefined) output.values[group] = accumulator.result();
    }
    return output;
  };
}

function groupSeries(list: SeriesList, { without, labels }: Grouping): { readonly groupOf: Int32Array; readonly groups: SeriesList } {
  const numbers = numbering(without ? keyOfAllBut(labels) : keyOfOnly(labels));
  const groupOf = numbers.number(list);
  const firstOf: number[] = [];
  for (const [position, group] of groupOf.entries()) firstOf[group] ??= position;
  const dropped = [...labels, METRIC_NAME];
  const groups = lazyList({
    size: numbers.size(),
    namesDiffer: !without && labels.includes(METRIC_NAME),
    make: (group) => {
      const first = list.labels(itemAt(firstOf, group));
      return without ? dropLabels(first, dropped) : keepLabels(first, labels);
    },
  });
  return { groupOf, groups };
}
