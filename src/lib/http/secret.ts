// Secrets out of files that people edit.

/** What a header may consist of. */
export const PLAIN_ASCII = /^[\x20-\x7e]+$/;

/** The text without the line end that editors add; `plain` is what it may consist of. Throws an Error that names `option`, never the secret. */
export function secretOf(text: string, expected: { readonly option: string; readonly plain: RegExp }): string {
  const secret = text.trim();
  if (expected.plain.test(secret)) return secret;
  const fault = secret === '' ? 'the file is empty' : 'the file holds more than one line of plain characters';
  throw new Error(`cannot use ${expected.option}: ${fault}; put the secret alone in it`);
}
