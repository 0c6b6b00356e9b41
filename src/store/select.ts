// The search for rows: over lines and targets instead of over series.
import { METRIC_NAME } from '../model/labels.ts';
import type { Matcher } from '../model/matcher.ts';
import type { RowList, TextId } from '../model/sample-source.ts';
import type { LineId, Lines } from './lines.ts';
import type { Rows } from './rows.ts';

export interface Searched {
  readonly lines: Lines;
  readonly rows: Rows;
}

/** Rows whose labels satisfy every matcher, in ascending order. */
export function selectRows(matchers: readonly Matcher[], { lines, rows }: Searched): RowList {
  const onName = matchers.filter((matcher) => matcher.name === METRIC_NAME);
  const conditions = matchers.filter((matcher) => matcher.name !== METRIC_NAME).map((matcher) => new Condition(matcher, { lines, rows }));
  const found: number[] = [];
  for (const line of linesNamed(onName, lines)) {
    const undecided = decideOnLine(line, conditions);
    if (undecided === undefined) continue;
    for (const row of rows.ofLine(line)) {
      const target = rows.targetNumberOf(row);
      if (undecided.every((condition) => condition.holdsAt(target))) found.push(row);
    }
  }
  return Int32Array.from(found).sort();
}

function* linesNamed(matchers: readonly Matcher[], lines: Lines): Iterable<LineId> {
  const exact = matchers.find((matcher) => matcher.operator === '=')?.value;
  const names = exact === undefined ? lines.names() : [exact];
  for (const name of names) {
    if (matchers.every((matcher) => matcher.matches(name))) yield* lines.named(name);
  }
}

/** The conditions on labels that the line leaves to its targets; undefined when the line already fails one. */
function decideOnLine(line: LineId, conditions: readonly Condition[]): readonly Condition[] | undefined {
  const undecided: Condition[] = [];
  for (const condition of conditions) {
    const holds = condition.holdsOn(line);
    if (holds === false) return undefined;
    if (holds === undefined) undecided.push(condition);
  }
  return undecided;
}

/** A matcher that remembers its answer for each value and each target. */
class Condition {
  readonly #matcher: Matcher;
  readonly #searched: Searched;
  readonly #name: TextId;
  readonly #ofValue = new Map<TextId, boolean>();
  readonly #ofTarget = new Map<number, boolean>();

  constructor(matcher: Matcher, searched: Searched) {
    this.#matcher = matcher;
    this.#searched = searched;
    this.#name = searched.lines.texts.find(matcher.name);
  }

  /** Undefined when the line leaves the label to its targets. */
  holdsOn(line: LineId): boolean | undefined {
    const { lines } = this.#searched;
    const value = lines.valueIdOf(line, this.#name);
    if (value < 0) return undefined;
    return this.#ofValue.get(value) ?? this.#remember(this.#ofValue, value, lines.texts.textOf(value));
  }

  holdsAt(target: number): boolean {
    const value = (): string => this.#searched.rows.targetAt(target).labels.get(this.#matcher.name) ?? '';
    return this.#ofTarget.get(target) ?? this.#remember(this.#ofTarget, target, value());
  }

  #remember(answers: Map<number, boolean>, key: number, value: string): boolean {
    const holds = this.#matcher.matches(value);
    answers.set(key, holds);
    return holds;
  }
}
