// The form of an exposition: everything about it except which rows there are and what their values are.

export interface FamilyForm {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  /** Label names in their order, once per distinct order. */
  readonly labelKeys: readonly string[];
  readonly numbers: 'integer' | 'six-decimals' | 'shortest';
}

const ROW = /^(?<name>\w+)(?:\{(?<labels>.*)\})? (?<value>\S+)$/;

interface Row {
  readonly keys: string;
  readonly value: string;
}

/** Throws when a line is not HELP, TYPE or a row of the family above it; `keep` chooses the rows that are looked at. */
export function formOf(text: string, keep: (line: string) => boolean = () => true): readonly FamilyForm[] {
  if (!text.endsWith('\n') || text.endsWith('\n\n')) throw new Error('the text must end with one newline');
  const blocks = text.split(/^(?=# HELP )/m);
  return blocks.map((block) => familyForm(block, keep)).filter((family) => family.labelKeys.length > 0);
}

function familyForm(block: string, keep: (line: string) => boolean): FamilyForm {
  const [help = '', type = '', ...lines] = block.trimEnd().split('\n');
  const name = help.split(' ')[2] ?? '';
  if (!type.startsWith(`# TYPE ${name} `)) throw new Error(`no TYPE after ${help}`);
  const rows = lines.filter(keep).map((line) => rowOf(name, line));
  return {
    name,
    help: help.slice(`# HELP ${name} `.length),
    type: type.slice(`# TYPE ${name} `.length),
    labelKeys: [...new Set(rows.map(({ keys }) => keys))].sort(),
    numbers: numberClass(rows.map(({ value }) => value)),
  };
}

function rowOf(family: string, line: string): Row {
  const groups = ROW.exec(line)?.groups;
  if (groups?.['name'] !== family) throw new Error(`not a row of ${family}: ${line}`);
  const keys = [...(groups['labels'] ?? '').matchAll(/(\w+)="[^"]*"/g)].map((match) => match[1]);
  return { keys: keys.join(','), value: groups['value'] ?? '' };
}

function numberClass(values: readonly string[]): FamilyForm['numbers'] {
  if (values.every((value) => /^(?:0|[1-9]\d*)$/.test(value))) return 'integer';
  if (values.every((value) => /^\d+\.\d{6}$/.test(value))) return 'six-decimals';
  const odd = values.find((value) => !/^(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/.test(value) || value.length > 19);
  if (odd !== undefined) throw new Error(`number in no known form: ${odd}`);
  return 'shortest';
}
