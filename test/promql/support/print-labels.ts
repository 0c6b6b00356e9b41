// A series' labels for messages.
import { type Labels, METRIC_NAME } from '../../../src/model/labels.ts';

/** As people write them: `name{a="b"}`, labels in order. */
export function printLabelSet(labels: Labels): string {
  const pairs = [...labels].filter(([name]) => name !== METRIC_NAME).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${labels.get(METRIC_NAME) ?? ''}{${pairs.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ')}}`;
}
