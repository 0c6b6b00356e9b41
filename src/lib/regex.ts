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

/**
 * Whether the whole text matches: as `compileAnchored`, but the pattern is read as it stands, so that it can reach beyond nothing (`a)|(b` is none), and an error,
 * whose message is Go's, shows it so.
 */
export function compileWhole(pattern: string): (text: string) => boolean {
  try {
    const regex = RE2JS.compile(pattern, RE2JS.DOTALL);
    return (text) => regex.testExact(text);
  } catch (cause) {
    // The flag is written before the pattern by then; and Go says a backslash at the end with what follows it.
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new Error(message.replace('`(?s)', '`').replace(/trailing backslash at end of expression$/, '$&: ``'), { cause });
  }
}

/** A compiled expression that may match anywhere in a text, as Go's regexp has it. */
export interface SearchRegex {
  /** How many groups in parentheses it has. */
  readonly groups: number;
  matches(text: string): boolean;
  /** `replacement` with `$1` and `${name}` filled from the first match, or undefined when there is none. */
  expand(text: string, replacement: string): string | undefined;
}

/** Throws an Error whose message says what is wrong with the pattern. */
export function compileSearch(pattern: string): SearchRegex {
  const regex = RE2JS.compile(pattern);
  return {
    groups: regex.groupCount(),
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

/** A pattern that matches the text alone, as `regexp.QuoteMeta` of Go. */
export function quotePattern(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}
