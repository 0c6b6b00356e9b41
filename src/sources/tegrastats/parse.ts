// One line of tegrastats → the numbers that it says. What is not known is passed over word by word, and counted.
import type { TegrastatsMeasure as Measure } from './families.ts';
import { ITEM_FORMS } from './items.ts';

export interface TegrastatsLine {
  readonly measures: readonly Measure[];
  /** Words that no form explains, in their order. */
  readonly unknown: readonly string[];
}

/** Later releases put the local time before it, without a zone and in whole seconds: it says less than the time at which the line came. */
const TIME = /^\d{2}-\d{2}-\d{4} \d{2}:\d{2}:\d{2} /;
const RAM_PER_LINE = 1;

/** Undefined for what is no line of tegrastats: each begins with the memory, and one that says it twice is two lines that were cut. */
export function parseTegrastats(text: string): TegrastatsLine | undefined {
  const line = text.trim().replace(/\s+/g, ' ').replace(TIME, '');
  if (!line.startsWith('RAM ')) return undefined;
  const measures: Measure[] = [];
  const unknown: string[] = [];
  let at = 0;
  while (at < line.length) {
    const item = itemAt(line, at);
    if (item === undefined) unknown.push(wordAt(line, at));
    else measures.push(...item.measures);
    at += (item?.length ?? unknown.at(-1)?.length ?? 0) + 1;
  }
  const memory = measures.filter(({ family }) => family === 'tegrastats_memory_total_bytes');
  return memory.length === RAM_PER_LINE ? { measures: distinct(measures), unknown } : undefined;
}

function itemAt(line: string, at: number): { readonly measures: readonly Measure[]; readonly length: number } | undefined {
  for (const { pattern, read } of ITEM_FORMS) {
    pattern.lastIndex = at;
    const said = pattern.exec(line);
    if (said === null) continue;
    const measures = read(said);
    if (measures !== undefined) return { measures, length: said[0].length };
  }
  return undefined;
}

function wordAt(line: string, at: number): string {
  const end = line.indexOf(' ', at);
  return line.slice(at, end === -1 ? undefined : end);
}

/** Boards have several rails called NC: the second is NC_2, so that no series is said twice. */
function distinct(measures: readonly Measure[]): readonly Measure[] {
  const times = new Map<string, number>();
  return measures.map((measure) => {
    const { rail } = measure.labels;
    const key = `${measure.family} ${Object.values(measure.labels).join(' ')}`;
    const time = (times.get(key) ?? 0) + 1;
    times.set(key, time);
    return rail === undefined || time === 1 ? measure : { ...measure, labels: { rail: `${rail}_${time}` } };
  });
}
