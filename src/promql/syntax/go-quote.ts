// Text in quotes as Go's %q, %q of a character and %#U write it: Prometheus's messages and printed expressions have it so.

/** A byte that is part of no character, as a string escape can make it, is kept as this and the byte: half a pair, which no other text has. */
const LONE_BYTE = 0xdc00;

/** Letters, marks, numbers, punctuation and symbols are shown; spaces but the plain one are not. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

const PLAIN = /^[ !#-[\]-~]*$/;

const SHORT: ReadonlyMap<number, string> = new Map([
  [0x07, '\\a'],
  [0x08, '\\b'],
  [0x0c, '\\f'],
  [0x0a, '\\n'],
  [0x0d, '\\r'],
  [0x09, '\\t'],
  [0x0b, '\\v'],
  [0x5c, '\\\\'],
]);

/** In double quotes. */
export function quoteAsGo(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  let quoted = '';
  for (const character of text) quoted += character === '"' ? '\\"' : escapeCharacter(character);
  return `"${quoted}"`;
}

/** The character at an offset in single quotes; past the end it is U+FFFD. */
export function quoteCharacterAt(text: string, at: number): string {
  const character = characterAt(text, at);
  return `'${character === "'" ? "\\'" : escapeCharacter(character)}'`;
}

/** `U+0041 'A'` of the character at an offset. */
export function unicodeAt(text: string, at: number): string {
  const character = characterAt(text, at);
  const name = `U+${codeOf(character).toString(16).toUpperCase().padStart(4, '0')}`;
  return PRINTABLE.test(character) ? `${name} '${character}'` : name;
}

function characterAt(text: string, at: number): string {
  const code = text.codePointAt(at) ?? 0xfffd;
  return String.fromCodePoint(code >= 0xd800 && code <= 0xdfff ? 0xfffd : code);
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

function escapeCharacter(character: string): string {
  const code = codeOf(character);
  const short = SHORT.get(code);
  if (short !== undefined) return short;
  const byte = byteOf(code);
  if (byte !== undefined) return `\\x${hexadecimal(byte, 2)}`;
  if (PRINTABLE.test(character)) return character;
  if (code < 0x20 || code === 0x7f) return `\\x${hexadecimal(code, 2)}`;
  return code < 0x10000 ? `\\u${hexadecimal(code, 4)}` : `\\U${hexadecimal(code, 8)}`;
}

function hexadecimal(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}

/** A byte from 0x80 that is part of no character. */
export function loneByte(byte: number): string {
  return String.fromCharCode(LONE_BYTE + byte);
}

function byteOf(code: number): number | undefined {
  const byte = code - LONE_BYTE;
  return byte >= 0x80 && byte <= 0xff ? byte : undefined;
}
