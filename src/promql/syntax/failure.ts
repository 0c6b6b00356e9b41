// Errors about the text of an expression, in Prometheus's words where it has some: where it went wrong, and what is wrong.
import { quote } from '../../lib/quote.ts';
import { QueryError } from '../../model/query-engine.ts';

/** `at` is an offset into `text`; the message gives it as line:column, both from 1. */
export function badExpression(mistake: { readonly text: string; readonly at: number; readonly problem: string }): QueryError {
  const { text, at, problem } = mistake;
  return new QueryError('bad-expression', `${lineAndColumn(text, at)}: parse error: ${problem}`);
}

/** For what PromQL has and this engine does not. `instead` says what to write. */
export function unsupported(lack: { readonly what: string; readonly name: string; readonly instead: string }): QueryError {
  const { what, name, instead } = lack;
  return new QueryError('unsupported', `cannot evaluate ${what} ${quote(name)}: Plimsoll does not have it yet; ${instead}`);
}

/** `line:column` of an offset, both from 1; a column counts bytes of UTF-8, as Prometheus does. */
export function lineAndColumn(text: string, at: number): string {
  if (text === '') return 'unknown position';
  let line = 1;
  let lineStart = 0;
  for (let end = text.indexOf('\n'); end !== -1 && end < at; end = text.indexOf('\n', lineStart)) {
    line += 1;
    lineStart = end + 1;
  }
  return `${line}:${Buffer.byteLength(text.slice(lineStart, at)) + 1}`;
}
