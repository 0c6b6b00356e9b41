// A template's text as pieces: what is written as it stands, and the words of each action.
import { quote } from '../quote.ts';
import { GoTemplateError } from './ast.ts';

export type TokenKind = 'field' | 'dot' | 'variable' | 'word' | 'number' | 'string' | 'sign' | 'end';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly at: number;
  /** Whether a space stands before it: fields that follow without one belong to what is before them. */
  readonly isApart: boolean;
}

export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly tokens: readonly Token[]; readonly at: number };

export interface Delimiters {
  readonly left: string;
  readonly right: string;
}

/** One word of an action, or the space before one. The order counts: a field before a dot, a number before a sign. */
const WORD =
  /(?<space>[ \t\r\n]+)|(?<field>\.[\p{L}_][\p{L}\p{Nd}_]*)|(?<number>[+-]?(?:0[xX][\da-fA-F]+|\d+(?:\.\d*)?(?:[eE][+-]?\d+)?))|(?<dot>\.)|(?<variable>\$[\p{L}\p{Nd}_]*)|(?<word>[\p{L}_][\p{L}\p{Nd}_]*)|(?<string>"(?:[^"\\\n]|\\[^\n])*"|`[^`]*`)|(?<sign>:=|=|\||\(|\)|,)/uy;

const COMMENT = /\/\*.*?\*\//sy;

/** Throws a GoTemplateError. */
export function lexTemplate(template: string, { left, right }: Delimiters): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  let trimsStart = false;
  for (;;) {
    const at = template.indexOf(left, from);
    const raw = at === -1 ? template.slice(from) : template.slice(from, at);
    const inside = at + left.length;
    // A dash beside a delimiter, and a space beside the dash, takes the white space on the other side of the delimiter away.
    const trimsEnd = at !== -1 && /^-[ \t\r\n]/.test(template.slice(inside, inside + 2));
    const text = trimmed(raw, { start: trimsStart, end: trimsEnd });
    if (text !== '') pieces.push({ kind: 'text', text });
    if (at === -1) return pieces;
    const action = lexAction(template, { at, from: inside + (trimsEnd ? 1 : 0), right });
    if (action.tokens !== undefined) pieces.push({ kind: 'action', tokens: action.tokens, at });
    from = action.end;
    trimsStart = action.trims;
  }
}

function trimmed(text: string, { start, end }: { readonly start: boolean; readonly end: boolean }): string {
  const from = start ? text.replace(/^[ \t\r\n]+/, '') : text;
  return end ? from.replace(/[ \t\r\n]+$/, '') : from;
}

interface Start {
  /** Of the delimiter. */
  readonly at: number;
  /** Of what is inside. */
  readonly from: number;
  readonly right: string;
}

interface Action {
  /** Undefined for a comment. */
  readonly tokens: readonly Token[] | undefined;
  /** Behind the closing delimiter. */
  readonly end: number;
  readonly trims: boolean;
}

function lexAction(template: string, { at, from, right }: Start): Action {
  const start = from + (/^[ \t\r\n]*/.exec(template.slice(from))?.[0].length ?? 0);
  COMMENT.lastIndex = start;
  if (COMMENT.test(template)) {
    const closing = closingAt(template, COMMENT.lastIndex, right);
    if (closing === undefined) throw new GoTemplateError(at, 'a comment has to fill its action');
    return { tokens: undefined, ...closing };
  }
  const tokens: Token[] = [];
  let isApart = true;
  for (let position = from; position < template.length; ) {
    const closing = closingAt(template, position, right);
    if (closing !== undefined) {
      tokens.push({ kind: 'end', text: right, at: position, isApart });
      return { tokens, ...closing };
    }
    WORD.lastIndex = position;
    const groups = WORD.exec(template)?.groups;
    if (groups === undefined)
      throw new GoTemplateError(position, `${quote(template.slice(position, position + 10))} begins no word of a template`);
    const [kind, text] = Object.entries(groups).find(([, said]) => said !== undefined) ?? ['space', ''];
    if (kind !== 'space') tokens.push({ kind: kind as TokenKind, text, at: position, isApart });
    isApart = kind === 'space';
    position = WORD.lastIndex;
  }
  throw new GoTemplateError(at, `the action is not closed; write ${right} behind it`);
}

/** Where the action ends if it does here, white space and a trimming dash before the delimiter included. */
function closingAt(template: string, at: number, right: string): Pick<Action, 'end' | 'trims'> | undefined {
  if (template.startsWith(right, at)) return { end: at + right.length, trims: false };
  const space = /^[ \t\r\n]+/.exec(template.slice(at, at + 100))?.[0].length ?? 0;
  const closing = at + space;
  if (space > 0 && template.startsWith(`-${right}`, closing)) return { end: closing + 1 + right.length, trims: true };
  if (template.startsWith(right, closing)) return { end: closing + right.length, trims: false };
  return undefined;
}
