// A series: `name{label="value"} samples`.
import { type Labels, METRIC_NAME } from '../../../src/model/labels.ts';
import type { SeriesLine } from './commands.ts';
import { parsePoints } from './points.ts';
import { textOf } from './strings.ts';

const NAME = /[a-zA-Z_:][\w:]*/y;
const STRING = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/y;
const LABEL = /[a-zA-Z_]\w*/y;
const EQUALS = /\s*=\s*/y;
const BETWEEN = /\s*,\s*/y;
const OPENING = /\{\s*/y;
const CLOSING = /\s*\}/y;

/** Throws an Error that says what is wrong. */
export function parseSeriesLine(line: string): SeriesLine {
  const scanner = scan(line);
  const name = scanner.take(NAME);
  const labels = new Map<string, string>();
  if (name !== undefined) labels.set(METRIC_NAME, name);
  if (scanner.take(OPENING) !== undefined) parseLabels(scanner, labels);
  else if (name === undefined) throw new Error(`expected a series such as name{label="value"}, got ${JSON.stringify(line)}`);
  const rest = scanner.rest();
  if (rest !== '' && !/^\s/.test(rest)) throw new Error(`expected a blank before the samples, got ${JSON.stringify(rest)}`);
  return { labels: withoutEmpty(labels), points: parsePoints(rest) };
}

interface Scanner {
  /** The text of a sticky pattern that matches next, which is then behind. */
  take(pattern: RegExp): string | undefined;
  rest(): string;
}

function scan(line: string): Scanner {
  let at = 0;
  return {
    take: (pattern) => {
      pattern.lastIndex = at;
      const found = pattern.exec(line)?.[0];
      if (found !== undefined) at += found.length;
      return found;
    },
    rest: () => line.slice(at),
  };
}

function parseLabels(scanner: Scanner, labels: Map<string, string>): void {
  while (scanner.take(CLOSING) === undefined) {
    const quoted = takeString(scanner);
    const name = quoted ?? scanner.take(LABEL);
    if (name === undefined) throw new Error(`expected a label's name or "}", got ${JSON.stringify(scanner.rest())}`);
    if (scanner.take(EQUALS) === undefined) {
      if (quoted === undefined) throw new Error(`expected "=" after the label ${name}, got ${JSON.stringify(scanner.rest())}`);
      setOnce(labels, METRIC_NAME, quoted);
    } else {
      const value = takeString(scanner);
      if (value === undefined) throw new Error(`expected the value of ${name} in quotes, got ${JSON.stringify(scanner.rest())}`);
      setOnce(labels, name, value);
    }
    if (scanner.take(BETWEEN) !== undefined) continue;
    if (scanner.take(CLOSING) !== undefined) return;
    throw new Error(`expected "," or "}", got ${JSON.stringify(scanner.rest())}`);
  }
}

function setOnce(labels: Map<string, string>, name: string, value: string): void {
  if (labels.has(name)) throw new Error(`expected each label once, got a second ${name}`);
  labels.set(name, value);
}

function takeString(scanner: Scanner): string | undefined {
  const quoted = scanner.take(STRING);
  if (quoted === undefined) return undefined;
  const text = textOf(quoted);
  if (text === undefined) throw new Error(`expected a string with valid escapes, got ${quoted}`);
  return text;
}

/** An empty value is no label. */
function withoutEmpty(labels: Labels): Labels {
  return new Map([...labels].filter(([, value]) => value !== ''));
}
