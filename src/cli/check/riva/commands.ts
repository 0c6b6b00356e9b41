// A shell script taken apart into its commands, of which none is run: quotes, comments, lists and what depends on a condition.

export interface ScriptCommand {
  /** Where it begins, from 1. */
  readonly line: number;
  /** Without comments, quotes as written. */
  readonly text: string;
  /** Whether it may not be run, or runs beside the script: in an `if`, a loop, a function, a pipe, or after `&&`. */
  readonly isConditional: boolean;
}

/** Every command in the order written. What is not closed ends with the text. */
export function commandsIn(text: string): readonly ScriptCommand[] {
  const commands: ScriptCommand[] = [];
  let depth = 0;
  let before = '';
  for (const piece of piecesOf(text)) {
    const words = piece.text.trim();
    const isJoined = /^(&&|\|\|?|&)$/.test(before) || /^[|&]$/.test(piece.end);
    before = piece.end;
    if (words === '') continue;
    const { rest, opens, closes } = withoutKeywords(words);
    depth = Math.max(0, depth - closes);
    depth += opens;
    if (rest !== '') commands.push({ line: piece.line, text: rest, isConditional: depth > 0 || isJoined });
  }
  return commands;
}

const OPENS = /^(if|for|while|until|case|select)(?=\s|$)/;
const CLOSES = /^(fi|done|esac|\})(?=\s|$)/;
const BETWEEN = /^(then|else|elif|do|!|time)(?=\s|$)\s*/;
/** A function's head; the brace of its body may stand in the next line. */
const FUNCTION = /^(function\s+[\w-]+(\s*\(\))?|[\w-]+\s*\(\))\s*(?<brace>\{?)/;

interface Unwrapped {
  readonly rest: string;
  readonly opens: number;
  readonly closes: number;
}

/** What is a condition, a loop's head or a function's head is no command that sets anything here. */
function withoutKeywords(words: string): Unwrapped {
  const rest = words.replace(BETWEEN, '');
  if (CLOSES.test(rest)) return { rest: '', opens: 0, closes: 1 };
  if (OPENS.test(rest)) return { rest: '', opens: 1, closes: 0 };
  const head = FUNCTION.exec(rest);
  if (head !== null) return { rest: '', opens: head.groups?.['brace'] === '' ? 0 : 1, closes: 0 };
  if (/^\{(?=\s|$)/.test(rest)) return { rest: rest.slice(1).trim(), opens: 1, closes: 0 };
  return { rest, opens: 0, closes: 0 };
}

interface Piece {
  readonly line: number;
  readonly text: string;
  /** What ended it. */
  readonly end: string;
}

/** Where a script is at: what has to be closed before a command can end. */
interface Open {
  /** `'`, `"` or a back quote; '' outside. */
  quote: string;
  /** Of `(` and `${` outside single quotes. */
  depth: number;
}

/** A command's end outside quotes and brackets. */
const END = /^(&&|\|\||;;|[\n;&|)])/;
/** A quoted character, or the end of a line that goes on. */
const ESCAPED = /^\\[\s\S]/;
const COMMENT = /^#[^\n]*/;
const HERE_DOCUMENT = /^<<-?\s*(?<quote>['"]?)(?<word>\w+)\k<quote>(?<rest>[^\n]*)\n/;

function* piecesOf(text: string): Generator<Piece> {
  const open: Open = { quote: '', depth: 0 };
  let line = 1;
  let begun = 1;
  let said: string[] = [];
  let isBlank = true;
  for (let at = 0; at < text.length; ) {
    const last = said.at(-1) ?? '';
    const next = tokenAt(text, { at, open, isWordStart: /^$|[\s(]$/.test(last) });
    if (isBlank) begun = line;
    if (next.isEnd) {
      yield { line: begun, text: said.join(''), end: next.kept };
      said = [];
      isBlank = true;
    } else if (next.kept !== '') {
      said.push(next.kept);
      isBlank &&= next.kept.trim() === '';
    }
    line += newlines(text.slice(at, at + next.length));
    at += next.length;
  }
  yield { line: begun, text: said.join(''), end: '' };
}

interface Token {
  readonly length: number;
  /** What stays of it in the command. */
  readonly kept: string;
  readonly isEnd: boolean;
}

function tokenAt(text: string, { at, open, isWordStart }: { at: number; open: Open; isWordStart: boolean }): Token {
  const rest = text.slice(at, at + LOOK_AHEAD);
  const character = rest.charAt(0);
  const escaped = open.quote === "'" ? null : ESCAPED.exec(rest);
  if (escaped !== null) return kept(escaped[0], escaped[0] === '\\\n' ? '' : escaped[0]);
  if (open.quote === '' && isWordStart && character === '#') {
    const comment = COMMENT.exec(text.slice(at))?.[0] ?? '#';
    return kept(comment, '');
  }
  const document = open.quote === '' && character === '<' ? HERE_DOCUMENT.exec(rest) : null;
  if (document !== null) {
    const body = bodyOf(text.slice(at + document[0].length), document.groups?.['word'] ?? '');
    return { length: document[0].length + body.length, kept: '\n', isEnd: true };
  }
  const end = open.quote === '' && open.depth === 0 ? END.exec(rest)?.[0] : undefined;
  if (end !== undefined) return { length: end.length, kept: end, isEnd: true };
  follow(character, { open, previous: text.charAt(at - 1) });
  return kept(character, character);
}

/** The longest token besides comments: the head of a here-document. */
const LOOK_AHEAD = 500;

function kept(token: string, stays: string): Token {
  return { length: token.length, kept: stays, isEnd: false };
}

function follow(character: string, { open, previous }: { open: Open; previous: string }): void {
  if (open.quote !== '') {
    if (character === open.quote) open.quote = '';
  } else if (/['"`]/.test(character)) open.quote = character;
  else if (character === '(' || (character === '{' && previous === '$')) open.depth += 1;
  else if (/[)}]/.test(character) && open.depth > 0) open.depth -= 1;
}

/** With its last line; all of the text where that is missing. */
function bodyOf(text: string, word: string): string {
  const last = new RegExp(`^\\t*${word}(\\n|$)`, 'm').exec(text);
  return last === null ? text : text.slice(0, last.index + last[0].length);
}

function newlines(text: string): number {
  return text.split('\n').length - 1;
}
