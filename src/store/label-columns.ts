// One label of many rows: looked up once for each line and each target instead of for each row.
import { intAt } from '../lib/columns.ts';
import { METRIC_NAME } from '../model/labels.ts';
import { NO_TEXT, type RowList, type TextId } from '../model/sample-source.ts';
import type { Lines } from './lines.ts';
import type { Rows } from './rows.ts';

interface Table {
  readonly lines: Lines;
  readonly rows: Rows;
}

export function labelIdsOf(list: RowList, { name, lines, rows }: Table & { readonly name: string }): Int32Array {
  const nameId = lines.texts.find(name);
  const empty = lines.texts.find('');
  const ids = new Int32Array(list.length).fill(NO_TEXT);
  let target = -1;
  let ofTarget: TextId = NO_TEXT;
  for (let at = 0; at < list.length; at += 1) {
    const row = intAt(list, at);
    const itsTarget = rows.targetNumberOf(row);
    if (itsTarget !== target) ofTarget = rows.targetAt(itsTarget).labelIds.get(nameId) ?? NO_TEXT;
    target = itsTarget;
    const ofLine = lines.valueIdOf(rows.lineOf(row), nameId);
    const id = ofLine === NO_TEXT ? ofTarget : ofLine;
    ids[at] = id === empty ? NO_TEXT : id;
  }
  return ids;
}

/** Lines and targets that say the same names are many: each is looked at once. */
export function labelNamesOf(list: RowList, { lines, rows }: Table): ReadonlySet<string> {
  const names = new Set([METRIC_NAME]);
  let target = -1;
  for (let at = 0; at < list.length; at += 1) {
    const row = intAt(list, at);
    const itsTarget = rows.targetNumberOf(row);
    if (itsTarget !== target) for (const name of rows.targetAt(itsTarget).labels.keys()) names.add(name);
    target = itsTarget;
    lines.addNamesOf(rows.lineOf(row), names);
  }
  return names;
}
