// Names of labels in paths: characters that a path could not carry are escaped as Prometheus escapes them (its UTF-8 proposal, "values").

const PREFIX = 'U__';
/** Code points have no more digits. */
const ESCAPED = /_(?:_|(?<code>[0-9a-fA-F]{1,6})_)/g;
const WHOLE = /^(?:[^_]|_(?:_|[0-9a-fA-F]{1,6}_))*$/u;
const MOST_CODE = 0x10_ff_ff;

/** `U__a_2e_b` is `a.b`; what is not escaped, or wrongly so, is itself. */
export function unescapeName(name: string): string {
  const text = name.slice(PREFIX.length);
  if (!name.startsWith(PREFIX) || !WHOLE.test(text)) return name;
  let isWrong = false;
  const plain = text.replace(ESCAPED, (...match) => {
    const { code } = match.at(-1) as { readonly code?: string };
    if (code === undefined) return '_';
    const point = Number.parseInt(code, 16);
    isWrong ||= point > MOST_CODE || (point >= 0xd8_00 && point <= 0xdf_ff);
    return isWrong ? '' : String.fromCodePoint(point);
  });
  return isWrong ? name : plain;
}
