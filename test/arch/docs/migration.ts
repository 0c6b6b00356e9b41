// docs/migrating-from-prometheus-adapter.md: written by hand, but for its table of differences, which the comparison with the real one keeps.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DIFFERENCES } from '../../e2e/prometheus/adapter/differences.ts';
import { ROOT } from '../source-files.ts';
import { table } from './markdown.ts';

const BEGIN = '<!-- The table is written by `npm run docs`. -->\n';
const END = '<!-- Its end. -->';

/** The guide as it is, with the table as it should be. Throws where the table's place is not marked. */
export function migrationDocument(): string {
  const text = readFileSync(join(ROOT, 'docs', 'migrating-from-prometheus-adapter.md'), 'utf8');
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin === -1 || end < begin) throw new Error('the guide has no place for the table of differences');
  const rows = DIFFERENCES.map(({ about, adapter, plimsoll, why }) => [about, adapter, plimsoll, why]);
  return `${text.slice(0, begin + BEGIN.length)}\n${table(['of what', 'prometheus-adapter', 'Plimsoll', 'because'], rows)}\n${text.slice(end)}`;
}
