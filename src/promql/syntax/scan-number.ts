// Where a number or a duration ends: characters only, what it is worth is told later (literals.ts).

/** The end after a numeral at `from`, or its complement (`~end`) where what is there is none; `end` is then where that showed. */
export function scanNumber(text: string, from: number): number {
  let at = from;
  let isHexadecimal = false;
  if (text[at] === '0') {
    at += 1;
    isHexadecimal = text[at] === 'x' || text[at] === 'X';
    if (isHexadecimal) at += text[at + 1] === '_' ? 2 : 1;
  }
  if (text[at] === '.') at += 1;
  if (isDigit(text, { at, isHexadecimal })) at += 1;
  const end = scanParts(text, { at, isHexadecimal });
  if (end < 0) return end;
  return end === from || isWordAt(text, end) ? ~end : end;
}

interface Place {
  readonly at: number;
  readonly isHexadecimal: boolean;
}

function scanParts(text: string, { at: from, isHexadecimal }: Place): number {
  let at = from;
  let hasDot = false;
  let hasExponent = false;
  for (;;) {
    const character = text[at];
    if (character === '.') {
      at += 1;
      if (hasDot || isHexadecimal) return ~(isOneOf(text[at], '_.') && !hasDot ? at + 1 : at);
      if (isOneOf(text[at], '_.')) return ~(at + 1);
      hasDot = true;
    } else if (character === 'e' || character === 'E') {
      at += 1;
      if (hasExponent) return ~at;
      hasExponent = true;
      if (isOneOf(text[at], '+-')) at += 1;
      if (isOneOf(text[at], '._eE')) return ~(at + 1);
      if (at === text.length) return ~at;
    } else if (character === '_') {
      at += 1;
      if (isOneOf(text[at], '._eE')) return ~(at + 1);
      if (at === text.length) return ~at;
    } else if (isDigit(text, { at, isHexadecimal })) {
      while (isDigit(text, { at, isHexadecimal })) at += 1;
    } else {
      return at;
    }
  }
}

/** The end after the units of a duration whose first digits end at `from`, or its complement. */
export function scanDuration(text: string, from: number): number {
  let at = from;
  if (!isOneOf(text[at], 'smhdwy')) return ~at;
  at += text[at + 1] === 's' ? 2 : 1;
  while (isDecimal(text[at])) {
    while (isDecimal(text[at])) at += 1;
    if (!isOneOf(text[at], 'smhdw')) return ~at;
    at += text[at + 1] === 's' ? 2 : 1;
  }
  return isWordAt(text, at) ? ~(at + 1) : at;
}

function isOneOf(character: string | undefined, set: string): boolean {
  return character !== undefined && set.includes(character);
}

function isDecimal(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9';
}

function isDigit(text: string, { at, isHexadecimal }: Place): boolean {
  const character = text[at];
  if (isDecimal(character)) return true;
  return isHexadecimal && character !== undefined && /[a-fA-F]/.test(character);
}

/** Whether a letter, a digit or an underscore is there. */
export function isWordAt(text: string, at: number): boolean {
  return isDecimal(text[at]) || isLetterAt(text, at);
}

/** Whether a letter or an underscore is there. */
export function isLetterAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f;
}
