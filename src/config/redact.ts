// The one place that knows what is secret: whatever leaves the process for people's eyes goes through here.

/** What stands in place of a secret. It has no character that a URL or a quoted text would end at. */
const REDACTED = '[redacted]';

/** The end of a name whose value is a secret: `client_secret`, `x-api-key`. */
const SECRET_NAME = /(?:passw(?:or)?d|passphrase|pwd|secret|token|credentials?|authorization|cookie|api_?key|(?:^|[_.-])key)$/i;

/** True for a name whose value is a secret; the name of a file that holds one ends otherwise. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

interface Pattern {
  readonly finds: RegExp;
  /** With the groups of `finds` as `$<name>`. */
  readonly writes: string;
}

/** In this order. Repetitions are bounded, so that each takes time in proportion to the text. */
const PATTERNS: readonly Pattern[] = [
  {
    finds: /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)/g,
    writes: `${REDACTED} private key`,
  },
  // A path alone with its query.
  { finds: /^(?<path>\/[^\s?]*)\?\S+$/, writes: `$<path>?${REDACTED}` },
  { finds: /(?<path>\/[^\s"'<>\\?]{0,500})\?[\w.~%[\]-]{1,100}=[^\s"'<>\\]*/g, writes: `$<path>?${REDACTED}` },
  // User information of a URL: whatever is before an @, for somebody may have forgotten to encode it.
  { finds: /(?<scheme>\b[a-z][a-z0-9+.-]{0,20}:\/\/)[^\s"'<>\\]{1,1000}@/gi, writes: `$<scheme>${REDACTED}@` },
  // The same cut off before its @: what would be a port is no number.
  {
    finds: /(?<scheme>\b[a-z][a-z0-9+.-]{0,20}:\/\/)[^\s"'<>\\/:@[\]]{1,200}:(?!\d{1,5}(?:[^\w.~…-]|$))[^\s"'<>\\]+/gi,
    writes: `$<scheme>${REDACTED}`,
  },
  { finds: /(?<url>\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s"'<>\\?#]{0,1000})[?#][^\s"'<>\\]+/gi, writes: `$<url>?${REDACTED}` },
  // user:password@host without a scheme.
  { finds: /(?<![\w/])[\w.~%+-]{1,100}:[^\s"'<>\\@/]{1,200}@(?=[\w[])/g, writes: `${REDACTED}@` },
  // A JSON Web Token.
  { finds: /\beyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?/g, writes: REDACTED },
  // In a text inside a JSON text quotes are escaped.
  {
    finds: /(?<before>\bauthorization\\?["']?\s{0,3}[:=]\s{0,3}\\?["']?)(?:[a-z]{1,20} )?[^\s"'\\,;}]+/gi,
    writes: `$<before>${REDACTED}`,
  },
  // Not a word of the language, as in "basic authentication".
  { finds: /\b(?<type>bearer|basic) (?![a-z]{1,15}(?:[^\w.~+/=-]|$))[\w.~+/=-]{6,}/gi, writes: `$<type> ${REDACTED}` },
  // password="…", 'token': '…', and without quotes.
  {
    finds:
      /(?<before>(?:passw(?:or)?d|passphrase|pwd|secret|token|credentials?|api[_-]?key|(?:access|private|client)[_-]key)\\?["']?\s{0,3}(?:=~|[:=])\s{0,3})(?<quote>\\?["'])(?:(?!\k<quote>)[^\n])*(?:\k<quote>|$)/gi,
    writes: `$<before>$<quote>${REDACTED}$<quote>`,
  },
  {
    finds:
      /(?<before>(?:passw(?:or)?d|passphrase|pwd|secret|token|credentials?|api[_-]?key|(?:access|private|client)[_-]key)\s{0,3}[:=](?!~)\s{0,3})[^\s"'\\,;{}()[\]&]+/gi,
    writes: `$<before>${REDACTED}`,
  },
];

/** The text without passwords, tokens and keys, as far as their form or the words around them tell; unchanged when applied again. */
export function redactText(text: string): string {
  let clean = text;
  for (const { finds, writes } of PATTERNS) clean = clean.replace(finds, writes);
  return clean;
}

/** The same for a line of a log: of a JSON object its texts one by one, so that it stays one. */
export function redactLine(line: string): string {
  try {
    return `${JSON.stringify(redact(JSON.parse(line)))}\n`;
  } catch {
    return redactText(line);
  }
}

/** A copy without secrets of what is about to be written as JSON: the values of secret names, and every text as by `redactText`. */
export function redact(value: unknown): unknown {
  if (typeof value === 'string') return redactText(value);
  if (Array.isArray(value)) return value.map(redact);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value);
  // What a relabelling rule writes into a label of such a name.
  const hidesReplacement = fields.some(([name, of]) => name === 'target_label' && typeof of === 'string' && isSecretName(of));
  const clean = ([name, of]: readonly [string, unknown]): unknown => {
    if (isScalar(of) && (isSecretName(name) || (hidesReplacement && name === 'replacement'))) return REDACTED;
    return name === 'command' && Array.isArray(of) ? programAlone(of) : redact(of);
  };
  return Object.fromEntries(fields.map(([name, of]) => [name, clean([name, of])]));
}

/** What follows a program may be a password, as of sshpass, and has no form that tells it. */
function programAlone(words: readonly unknown[]): readonly unknown[] {
  return words.map((word, at) => (at === 0 ? redact(word) : REDACTED));
}

/** Sections of secrets have names of their own inside. */
function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number';
}
