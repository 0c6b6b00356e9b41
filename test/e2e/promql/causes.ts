// Differences grouped by what seems to cause them, with the smallest example of each.
import type { Counterexample } from './shrink.ts';

export interface Cause {
  readonly name: string;
  count: number;
  example: Counterexample;
}

/** Names, texts and numbers of a message say where it happened, not what. */
export function causeOf({ question, difference }: Counterexample): string {
  const { part, text } = difference;
  if (/^(?:the error )?(?:unsupported|defect) /.test(text)) return `${part}: ${text.slice(0, 90)}`;
  const expr = 'instant' in question ? question.instant : question.range;
  const words = new Set(
    expr
      .replace(/\{[^}]*\}|"[^"]*"/g, '')
      .match(/[a-z_0-9]+(?= *\()|\b(?:offset|by|without|on|ignoring|group_left|group_right|bool|and|or|unless)\b|[-+*/%^@]|[=!<>]=?|:/g),
  );
  return `${part}: ${[...words].sort().join(' ') || 'a selector'}`;
}

export class Causes {
  readonly #causes = new Map<string, Cause>();

  /** True when it is the first of its cause. */
  add(example: Counterexample): boolean {
    const name = causeOf(example);
    const known = this.#causes.get(name);
    if (known === undefined) this.#causes.set(name, { name, count: 1, example });
    else known.count += 1;
    return known === undefined;
  }

  /** The most frequent first. */
  list(): readonly Cause[] {
    return [...this.#causes.values()].sort((a, b) => b.count - a.count);
  }
}
