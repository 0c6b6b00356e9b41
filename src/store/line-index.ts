// Every distinct line once, and the search over lines and targets instead of over series.
import { type Labels, METRIC_NAME } from '../model/labels.ts';
import type { Matcher } from '../model/matcher.ts';
import type { RowId } from '../model/sample-source.ts';
import { StoredLine, type StoredTarget } from './series.ts';

/** A matcher that remembers its answer for each target. */
interface Condition {
  readonly matcher: Matcher;
  holdsAt(target: StoredTarget): boolean;
}

export class LineIndex {
  #count = 0;
  readonly #byHash = new Map<number, StoredLine>();
  readonly #byName = new Map<string, Set<StoredLine>>();
  /** One string for all lines that hold the same text, as long as they come between two sweeps: nobody has to count its users. */
  readonly #texts = new Map<string, string>();

  get count(): number {
    return this.#count;
  }

  /** The one line with these labels, made when it is new. */
  intern(labels: Labels): StoredLine {
    const pairs = [...labels.keys()].sort().flatMap((name) => [name, labels.get(name) ?? '']);
    const hash = hashOf(pairs);
    const first = this.#byHash.get(hash);
    for (let known = first; known !== undefined; known = known.sameHash) if (isSame(known.pairs, pairs)) return known;
    const line = new StoredLine(
      pairs.map((text) => this.#shared(text)),
      hash,
    );
    line.sameHash = first;
    this.#byHash.set(hash, line);
    this.#count += 1;
    const name = nameOf(line);
    const namesakes = this.#byName.get(name) ?? new Set();
    this.#byName.set(name, namesakes.add(line));
    return line;
  }

  /** Forgets the line when no target says it any more. */
  dropUnused(line: StoredLine): void {
    if (!line.isUnused || !this.#unlink(line)) return;
    this.#count -= 1;
    const namesakes = this.#byName.get(nameOf(line));
    namesakes?.delete(line);
    if (namesakes?.size === 0) this.#byName.delete(nameOf(line));
  }

  /** Texts that no line holds any more can go. */
  forgetTexts(): void {
    this.#texts.clear();
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

  #shared(text: string): string {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    this.#texts.set(text, text);
    return text;
  }

  /** False when the line is not here: it was dropped before. */
  #unlink(line: StoredLine): boolean {
    const first = this.#byHash.get(line.hash);
    if (first === line) {
      if (line.sameHash === undefined) this.#byHash.delete(line.hash);
      else this.#byHash.set(line.hash, line.sameHash);
      return true;
    }
    let before = first;
    while (before !== undefined && before.sameHash !== line) before = before.sameHash;
    if (before !== undefined) before.sameHash = line.sameHash;
    return before !== undefined;
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
  return line.valueOf(METRIC_NAME) ?? '';
}

/** FNV-1a over UTF-16 units (draft-eastlake-fnv), a stop after each text. */
function hashOf(texts: readonly string[]): number {
  let hash = 0x811c9dc5;
  for (const text of texts) {
    for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    hash = Math.imul(hash ^ 0xffff, 0x01000193);
  }
  return hash;
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at += 1) if (one[at] !== other[at]) return false;
  return true;
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
    const said = line.valueOf(condition.matcher.name);
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
  for (const [target, row] of line.rows()) {
    if (undecided.every((condition) => condition.holdsAt(target))) into.push(row);
  }
}
