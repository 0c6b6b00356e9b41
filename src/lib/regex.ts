// Regular expressions with RE2's syntax and its linear time, as Prometheus means them: anchored at both ends.
import { RE2JS } from 're2js';

/** A compiled expression that must match the whole text. */
export interface AnchoredRegex {
  matches(text: string): boolean;
  /** `replacement` with `$1` and `${name}` filled from the match, or undefined when the text does not match. */
  expand(text: string, replacement: string): string | undefined;
}

/** Throws an Error whose message says what is wrong with the pattern. */
export function compileAnchored(pattern: string): AnchoredRegex {
  const regex = RE2JS.compile(`^(?s:${pattern})$`);
  return {
    matches: (text) => regex.test(text),
    expand: (text, replacement) => {
      const matcher = regex.matcher(text);
      return matcher.find() ? expandTemplate(replacement, (name) => groupOf(matcher, name)) : undefined;
    },
  };
}

// Go's Regexp.Expand: the longest run of letters, digits and underscores after `$` is the name; `$$` is a dollar; an unknown group is empty.
const TEMPLATE = /\$(?:\$|\{(?<braced>[\p{L}\p{Nd}_]+)\}|(?<bare>[\p{L}\p{Nd}_]+))/gu;

function expandTemplate(template: string, group: (name: string) => string): string {
  return template.replace(TEMPLATE, (...match) => {
    const names = match.at(-1) as { braced?: string; bare?: string };
    const name = names.braced ?? names.bare;
    return name === undefined ? '$' : group(name);
  });
}

function groupOf(matcher: ReturnType<ReturnType<typeof RE2JS.compile>['matcher']>, name: string): string {
  // As in Go, 01 is the name of no group.
  const index = /^(?:0|[1-9]\d*)$/.test(name) ? Number(name) : name;
  try {
    return matcher.group(index as number) ?? '';
  } catch {
    return '';
  }
}
