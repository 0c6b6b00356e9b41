// Plain data as YAML that every version of the language reads alike, in a pass without a syntax tree: a thousand objects cost a few milliseconds.

/** What JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** A document in block style that ends with a newline; fields that are undefined are left out, as in JSON. */
export function writeYaml(value: Json): string {
  const lines: string[] = [];
  write(lines, { value, first: '', rest: '' });
  return `${lines.join('\n')}\n`;
}

interface Node {
  readonly value: Json;
  /** What stands before the first line of the value. */
  readonly first: string;
  /** The indentation of the lines after it. */
  readonly rest: string;
}

function write(lines: string[], { value, first, rest }: Node): void {
  if (isList(value) && value.length > 0) {
    for (const [index, item] of value.entries()) write(lines, { value: item, first: `${index === 0 ? first : rest}- `, rest: `${rest}  ` });
    return;
  }
  const fields = isMap(value) ? Object.entries(value).filter((field): field is [string, Json] => field[1] !== undefined) : [];
  if (fields.length === 0) lines.push(first + scalar(value));
  for (const [index, [key, field]] of fields.entries()) writeField(lines, { key, value: field, first: index === 0 ? first : rest, rest });
}

function writeField(lines: string[], { key, value, first, rest }: Node & { readonly key: string }): void {
  const named = `${first}${text(key)}:`;
  if (!hasLines(value)) {
    lines.push(`${named} ${scalar(value)}`);
    return;
  }
  lines.push(named);
  // A list needs no deeper indentation than its name; a map does.
  const indentation = isList(value) ? rest : `${rest}  `;
  write(lines, { value, first: indentation, rest: indentation });
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isMap(value: Json): value is { readonly [key: string]: Json | undefined } {
  return typeof value === 'object' && value !== null && !isList(value);
}

function hasLines(value: Json): boolean {
  if (isList(value)) return value.length > 0;
  return isMap(value) && Object.values(value).some((field) => field !== undefined);
}

/** A value that takes one line. */
function scalar(value: Json): string {
  if (typeof value === 'string') return text(value);
  if (isList(value)) return '[]';
  return isMap(value) ? '{}' : JSON.stringify(value);
}

const PLAIN = /^[A-Za-z][\w./-]*$/;
/** Words that some version or reader of the language takes for something else (YAML 1.1: bool, null, and a float that is an exponent only). */
const TAKEN = /^(?:y|n|yes|no|on|off|true|false|null|e\d+)$/i;
/** Characters that JSON writes as they are and YAML does not allow, or takes for the end of a line. */
const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

function text(value: string): string {
  if (PLAIN.test(value) && !TAKEN.test(value)) return value;
  return JSON.stringify(value).replaceAll(UNPRINTABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
