// HELP and TYPE lines. Every other line that begins with `#` says nothing to a machine.
import type { MetricType } from '../model/line.ts';
import { unescapeText } from './series.ts';

interface Comment {
  /** The family it speaks of. */
  readonly name: string;
  /** Unescaped; only in HELP lines. */
  readonly help?: string;
  /** Only in TYPE lines; a word that is not known is `unknown`. */
  readonly type?: MetricType;
}

const COMMENT =
  /^#[ \t]*(?<keyword>HELP|TYPE)[ \t]+(?:(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)|"(?!")(?<quoted>[^"\\]*(?:\\.[^"\\]*)*)")(?:[ \t]+(?<rest>.*))?$/s;
const KNOWN_TYPES: ReadonlyMap<string, MetricType> = new Map([
  ['counter', 'counter'],
  ['gauge', 'gauge'],
  ['histogram', 'histogram'],
  ['summary', 'summary'],
]);

/** Reads a line that begins with `#`, without its end; the blank behind `#` may be missing. Undefined for a plain comment. */
export function parseComment(text: string): Comment | undefined {
  const groups = COMMENT.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const name = groups['name'] ?? unescapeText(groups['quoted'] ?? '');
  const rest = groups['rest'] ?? '';
  if (groups['keyword'] === 'HELP') return { name, help: unescapeHelp(rest) };
  return { name, type: KNOWN_TYPES.get(rest.trim().toLowerCase()) ?? 'unknown' };
}

function unescapeHelp(text: string): string {
  return text.replace(/\\([\\n])/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
}
