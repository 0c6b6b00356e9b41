// Several measurements as one figure.

export interface Figure {
  readonly count: number;
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** Throws where nothing was measured: there is no figure of nothing. */
export function figureOf(values: readonly number[]): Figure {
  const sorted = values.toSorted((one, other) => one - other);
  const [min, max] = [sorted[0], sorted.at(-1)];
  if (min === undefined || max === undefined) throw new Error('no measurement to make a figure of');
  return { count: sorted.length, min, median: quantile(sorted, 0.5), max };
}

/** Of sorted values, between the two nearest; NaN of none. */
export function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

/** `0.6 / 5.7 / 9.5`, as the figures of others are written. */
export function shown({ min, median, max }: Figure, digits = 1): string {
  return [min, median, max].map((value) => value.toFixed(digits)).join(' / ');
}

/** A table of Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |\n`;
  return `\n${line(head)}${line(head.map(() => '---'))}${rows.map(line).join('')}\n`;
}
