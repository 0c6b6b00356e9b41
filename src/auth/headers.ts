// The user that a trusted front proxy names in headers. Whether it is one must be known before.
import type { FrontProxy } from './delegation.ts';
import { type Identity, identityOf } from './identity.ts';

type Said = Pick<FrontProxy, 'userHeaders' | 'uidHeaders' | 'groupHeaders' | 'extraPrefixes'>;

/** Headers by lower-case name, in the order in which they came. */
type Values = ReadonlyMap<string, readonly string[]>;

/** The headers that name a user; by their text alone, so that two requests of the same user are known by it. */
export function namingHeaders(rawHeaders: readonly string[], said: Said): string {
  let text = '';
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    // No name and no value of a header can hold a line break.
    if (isNaming(name, said)) text += `${name}\n${rawHeaders[index + 1]}\n`;
  }
  return text;
}

function isNaming(name: string, { userHeaders, uidHeaders, groupHeaders, extraPrefixes }: Said): boolean {
  if (userHeaders.includes(name) || groupHeaders.includes(name) || uidHeaders.includes(name)) return true;
  return extraPrefixes.some((prefix) => name.startsWith(prefix));
}

/**
 * As k8s.io/apiserver pkg/authentication/request/headerrequest reads them. Undefined when no user is named, and when a text is not UTF-8:
 * two users must not become one.
 */
export function identityOfHeaders(naming: string, said: Said): Identity | undefined {
  const values = valuesOf(naming);
  if (values === undefined) return undefined;
  const user = firstOf(values, said.userHeaders);
  if (user === undefined) return undefined;
  const groups = said.groupHeaders.flatMap((name) => values.get(name) ?? []).filter((group) => group !== '');
  return identityOf({ user, uid: firstOf(values, said.uidHeaders), groups, extra: extraOf(values, said.extraPrefixes) });
}

function valuesOf(naming: string): Values | undefined {
  const values = new Map<string, string[]>();
  const lines = naming.split('\n');
  for (let index = 0; index + 1 < lines.length; index += 2) {
    const value = textOf(lines[index + 1] ?? '');
    if (value === undefined) return undefined;
    const name = lines[index] ?? '';
    const known = values.get(name);
    if (known === undefined) values.set(name, [value]);
    else known.push(value);
  }
  return values;
}

/** Node hands every byte of a header on as one character. */
function textOf(value: string): string | undefined {
  if (!/[\x80-\xff]/.test(value)) return value;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(value, 'latin1'));
  } catch {
    return undefined;
  }
}

/** Of each header, its first value counts; an empty one counts for none. */
function firstOf(values: Values, names: readonly string[]): string | undefined {
  return names.map((name) => values.get(name)?.[0]).find((value) => value !== undefined && value !== '');
}

function extraOf(values: Values, prefixes: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const extra = new Map<string, readonly string[]>();
  for (const prefix of prefixes) {
    for (const [name, texts] of values) {
      if (!name.startsWith(prefix)) continue;
      const key = unescaped(name.slice(prefix.length));
      extra.set(key, [...(extra.get(key) ?? []), ...texts]);
    }
  }
  return extra;
}

/** What is no escape is the key as it stands. */
function unescaped(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}
