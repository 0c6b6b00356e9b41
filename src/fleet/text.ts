// Families as both exporters lay them out: HELP, TYPE, then one line per row, in the order given.
import { escapeLabelValue } from '../exposition/write.ts';

export interface Row {
  /** In the order in which they are printed. */
  readonly labels: readonly (readonly [string, string])[];
  /** Already formatted, since the two exporters print numbers differently. */
  readonly value: string;
}

export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly rows: readonly Row[];
}

export function familiesText(families: readonly Family[]): string {
  let text = '';
  for (const { name, help, type, rows } of families) {
    text += `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
    for (const row of rows) text += `${name}${labelsText(row.labels)} ${row.value}\n`;
  }
  return text;
}

function labelsText(labels: Row['labels']): string {
  if (labels.length === 0) return '';
  return `{${labels.map(([name, value]) => `${name}="${escapeLabelValue(value)}"`).join(',')}}`;
}
