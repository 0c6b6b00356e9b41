// The few shapes of Markdown that the generated documents have.

/** A line under the title of every generated document. */
export const GENERATED = '<!-- Written by `npm run docs`; a test compares it with the code. -->';

/** One row per entry, a cell per column; text that would end a cell is escaped. */
export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  return `${line(columns)}${line(columns.map(() => '---'))}${rows.map(line).join('')}`;
}

/** Nothing stays nothing. */
export function code(text: string): string {
  return text === '' ? '' : `\`${text}\``;
}
