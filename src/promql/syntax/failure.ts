// Errors about the text of an expression: where it went wrong, what was expected, what is there.
import { quote } from '../../lib/quote.ts';
import { QueryError } from '../../model/query-engine.ts';

/** `at` is an offset into `text`; the message gives it as line:column, both from 1. */
export function badExpression(mistake: { readonly text: string; readonly at: number; readonly problem: string }): QueryError {
  const { text, at, problem } = mistake;
  return new QueryError('bad-expression', `cannot read expression ${quote(text)}: at ${lineAndColumn(text, at)} ${problem}`);
}

/** For what PromQL has and this engine does not. `instead` says what to write. */
export function unsupported(lack: { readonly what: string; readonly name: string; readonly instead: string }): QueryError {
  const { what, name, instead } = lack;
  return new QueryError('unsupported', `cannot evaluate ${what} ${quote(name)}: Plimsoll does not have it yet; ${instead}`);
}

/** `line:column` of an offset, both from 1. */
export function lineAndColumn(text: string, at: number): string {
  const before = text.slice(0, at);
  return `${before.split('\n').length}:${at - before.lastIndexOf('\n')}`;
}
