// A file in Prometheus's test language: blocks of lines, each of them a command.
import { labelsKey } from '../../../src/model/labels.ts';
import { type Command, FormatError, type LoadCommand, type SeriesLine } from './commands.ts';
import { at, parseEval } from './eval.ts';
import { durationMsOf } from './numbers.ts';
import { parseSeriesLine } from './series.ts';

const LOAD = /^load(?:_(?<native>with_nhcb))?\s+(?<step>.+)$/;

/** Throws a FormatError at the first line that means nothing. A line of comment ends a block, as an empty one does. */
export function parseFile(text: string): readonly Command[] {
  const lines = text.split('\n').map((line) => (line.trim().startsWith('#') ? '' : line.trim()));
  const commands: Command[] = [];
  for (let index = 0; index < lines.length; ) {
    const next = (lines[index] ?? '') === '' ? { taken: 1 } : parseCommand(blockFrom(lines, index), index + 1);
    if ('command' in next) commands.push(next.command);
    index += next.taken;
  }
  return commands;
}

function blockFrom(lines: readonly string[], index: number): readonly string[] {
  const end = lines.indexOf('', index);
  return lines.slice(index, end === -1 ? lines.length : end);
}

function parseCommand(block: readonly string[], line: number): { readonly command: Command; readonly taken: number } {
  const [first = ''] = block;
  const word = first.split(/[\t ]/, 1)[0]?.toLowerCase() ?? '';
  if (word === 'clear') return { command: { kind: 'clear', line }, taken: 1 };
  if (word.startsWith('load')) return { command: parseLoad(block, line), taken: block.length };
  if (word.startsWith('eval')) return parseEval(block, line);
  throw new FormatError(line, `expected load, clear or eval, got ${JSON.stringify(first)}`);
}

function parseLoad(block: readonly string[], line: number): LoadCommand {
  const groups = LOAD.exec(block[0] ?? '')?.groups;
  const stepMs = durationMsOf(groups?.['step'] ?? '');
  if (groups === undefined || stepMs === undefined) {
    throw new FormatError(line, `expected "load DURATION" or "load_with_nhcb DURATION", got ${JSON.stringify(block[0])}`);
  }
  // A series that is said again in one command is what the last line says.
  const series = new Map<string, SeriesLine>();
  for (const [index, text] of block.slice(1).entries()) {
    const said = at(line + index + 1, () => parseSeriesLine(text));
    if (said.labels.size === 0) throw new FormatError(line + index + 1, 'expected a series with a name or a label, got {}');
    series.set(labelsKey(said.labels), said);
  }
  return { kind: 'load', line, stepMs, withNative: groups['native'] !== undefined, series: [...series.values()] };
}
