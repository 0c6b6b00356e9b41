// Every distinct line once, and the search over lines and targets instead of over series.
import { type Labels, labelsKey, METRIC_NAME } from '../model/labels.ts';
import type { Matcher } from '../model/matcher.ts';
import type { RowId } from '../model/sample-source.ts';
import type { StoredLine, StoredTarget } from './series.ts';

/** A matcher that remembers its answer for each target. */
interface Condition {
  readonly matcher: Matcher;
  holdsAt(target: StoredTarget): boolean;
}

export class LineIndex {
  readonly #lines = new Map<string, StoredLine>();
  readonly #byName = new Map<string, Set<StoredLine>>();

  get count(): number {
    return this.#lines.size;
  }

  /** The one line with these labels, made when it is new. */
  intern(labels: Labels): StoredLine {
    const key = labelsKey(labels);
    const known = this.#lines.get(key);
    if (known !== undefined) return known;
    const line: StoredLine = { key, labels, rows: new Map() };
    this.#lines.set(key, line);
    const name = nameOf(line);
    const namesakes = this.#byName.get(name) ?? new Set();
    this.#byName.set(name, namesakes.add(line));
    return line;
  }

  /** Forgets the line when no target says it any more. */
  dropUnused(line: StoredLine): void {
    if (line.rows.size > 0) return;
    this.#lines.delete(line.key);
    const namesakes = this.#byName.get(nameOf(line));
    namesakes?.delete(line);
    if (namesakes?.size === 0) this.#byName.delete(nameOf(line));
  }

  /** Rows whose labels satisfy every matcher, in ascending order. */
  select(matchers: readonly Matcher[]): RowId[] {
    const onName = matchers.filter((matcher) => matcher.name === METRIC_NAME);
    const conditions = matchers.filter((matcher) => matcher.name !== METRIC_NAME).map(conditionOf);
    const rows: RowId[] = [];
    for (const line of this.#linesNamed(onName)) {
      const undecided = decideOnLine(line, conditions);
      if (undecided !== undefined) collectRows({ line, undecided, into: rows });
    }
    return rows.sort((a, b) => a - b);
  }

  *#linesNamed(matchers: readonly Matcher[]): Iterable<StoredLine> {
    const exact = matchers.find((matcher) => matcher.operator === '=')?.value;
    const names = exact === undefined ? this.#byName.keys() : [exact];
    for (const name of names) {
      if (matchers.every((matcher) => matcher.matches(name))) yield* this.#byName.get(name) ?? [];
    }
  }
}

function nameOf(line: StoredLine): string {
  return line.labels.get(METRIC_NAME) ?? '';
}

function conditionOf(matcher: Matcher): Condition {
  const answers = new Map<StoredTarget, boolean>();
  const ask = (target: StoredTarget): boolean => {
    const answer = matcher.matches(target.labels.get(matcher.name) ?? '');
    answers.set(target, answer);
    return answer;
  };
  return { matcher, holdsAt: (target) => answers.get(target) ?? ask(target) };
}

/** The conditions on labels that the line leaves to its targets; undefined when the line already fails one. */
function decideOnLine(line: StoredLine, conditions: readonly Condition[]): readonly Condition[] | undefined {
  const undecided: Condition[] = [];
  for (const condition of conditions) {
    const said = line.labels.get(condition.matcher.name);
    if (said === undefined) undecided.push(condition);
    else if (!condition.matcher.matches(said)) return undefined;
  }
  return undecided;
}

interface Collection {
  readonly line: StoredLine;
  readonly undecided: readonly Condition[];
  readonly into: RowId[];
}

function collectRows({ line, undecided, into }: Collection): void {
  for (const [target, row] of line.rows) {
    if (undecided.every((condition) => condition.holdsAt(target))) into.push(row);
  }
}
