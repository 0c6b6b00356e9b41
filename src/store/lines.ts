// Every distinct line once: what many targets may say, as numbers in flat arrays. Objects for hundreds of thousands of lines
// would be most of the collector's work.
import { intAt } from '../lib/columns.ts';
import { type Labels, METRIC_NAME } from '../model/labels.ts';
import { NO_TEXT, type TextId } from '../model/sample-source.ts';
import { grownTo } from './grown.ts';
import { Texts } from './texts.ts';

/** Labels of a series without those that its target gives it. An empty value hides a label of the target. */
export type LineId = number;

const NO_LINE: LineId = -1;
const FIRST_LINES = 64;

export class Lines {
  readonly texts = new Texts();
  /** Names and values by turns, sorted by name: a line has `#length` of them from `#start` on. */
  #pairs = new Int32Array(FIRST_LINES);
  #pairsEnd = 0;
  /** Where the pairs of a line that is gone stood, by how many there were. */
  readonly #freePairs = new Map<number, number[]>();
  #start = new Int32Array(FIRST_LINES);
  #length = new Int32Array(FIRST_LINES);
  #hash = new Int32Array(FIRST_LINES);
  /** The next line in the same bucket. */
  #next = new Int32Array(FIRST_LINES);
  #buckets = new Int32Array(FIRST_LINES).fill(NO_LINE);
  readonly #byName = new Map<string, Set<LineId>>();
  readonly #free: LineId[] = [];
  #made = 0;

  get count(): number {
    return this.#made - this.#free.length;
  }

  /** The one line with these labels, made when it is new. */
  intern(labels: Labels): LineId {
    const pairs = [...labels.keys()].sort().flatMap((name) => [this.texts.hold(name), this.texts.hold(labels.get(name) ?? '')]);
    const hash = hashOf(pairs);
    for (let line = this.#bucketOf(hash); line !== NO_LINE; line = intAt(this.#next, line)) {
      if (this.#hash[line] !== hash || !this.#isSame(line, pairs)) continue;
      for (const text of pairs) this.texts.release(text);
      return line;
    }
    return this.#add(pairs, hash);
  }

  /** The line is nobody's any more: its id will be another's. */
  drop(line: LineId): void {
    const name = this.nameOf(line);
    this.#unlink(line);
    const namesakes = this.#byName.get(name);
    namesakes?.delete(line);
    if (namesakes?.size === 0) this.#byName.delete(name);
    const start = intAt(this.#start, line);
    const length = intAt(this.#length, line);
    for (let at = start; at < start + length; at += 1) this.texts.release(intAt(this.#pairs, at));
    const free = this.#freePairs.get(length);
    if (free === undefined) this.#freePairs.set(length, [start]);
    else free.push(start);
    this.#free.push(line);
  }

  nameOf(line: LineId): string {
    return this.valueOf(line, METRIC_NAME) ?? '';
  }

  /** The value that the line has for a label; undefined when it leaves the label to its targets. */
  valueOf(line: LineId, name: string): string | undefined {
    const value = this.valueIdOf(line, this.texts.find(name));
    return value === NO_TEXT ? undefined : this.texts.textOf(value);
  }

  /** The same by the ids of texts; NO_TEXT when the line leaves the label to its targets. */
  valueIdOf(line: LineId, name: TextId): TextId {
    const start = intAt(this.#start, line);
    const end = start + intAt(this.#length, line);
    for (let at = start; at < end; at += 2) if (this.#pairs[at] === name) return intAt(this.#pairs, at + 1);
    return NO_TEXT;
  }

  addNamesOf(line: LineId, names: Set<string>): void {
    const start = intAt(this.#start, line);
    const end = start + intAt(this.#length, line);
    for (let at = start; at < end; at += 2) names.add(this.texts.textOf(intAt(this.#pairs, at)));
  }

  labelsOf(line: LineId): Labels {
    const labels = new Map<string, string>();
    const start = intAt(this.#start, line);
    const end = start + intAt(this.#length, line);
    for (let at = start; at < end; at += 2) {
      labels.set(this.texts.textOf(intAt(this.#pairs, at)), this.texts.textOf(intAt(this.#pairs, at + 1)));
    }
    return labels;
  }

  names(): Iterable<string> {
    return this.#byName.keys();
  }

  named(name: string): Iterable<LineId> {
    return this.#byName.get(name) ?? [];
  }

  #add(pairs: readonly TextId[], hash: number): LineId {
    const line = this.#free.pop() ?? this.#made;
    if (line === this.#made) this.#made += 1;
    if (this.#made > this.#start.length) this.#grow();
    this.#start[line] = this.#place(pairs);
    this.#length[line] = pairs.length;
    this.#hash[line] = hash;
    this.#link(line);
    const name = this.nameOf(line);
    const namesakes = this.#byName.get(name);
    if (namesakes === undefined) this.#byName.set(name, new Set([line]));
    else namesakes.add(line);
    return line;
  }

  /** Copies pairs to where there is room, and says where that is. */
  #place(pairs: readonly TextId[]): number {
    const free = this.#freePairs.get(pairs.length)?.pop();
    const start = free ?? this.#pairsEnd;
    if (free === undefined) this.#pairsEnd += pairs.length;
    this.#pairs = grownTo(this.#pairs, this.#pairsEnd);
    this.#pairs.set(pairs, start);
    return start;
  }

  #isSame(line: LineId, pairs: readonly TextId[]): boolean {
    const start = intAt(this.#start, line);
    return this.#length[line] === pairs.length && pairs.every((text, at) => this.#pairs[start + at] === text);
  }

  #bucketOf(hash: number): LineId {
    return intAt(this.#buckets, hash & (this.#buckets.length - 1));
  }

  #link(line: LineId): void {
    const bucket = intAt(this.#hash, line) & (this.#buckets.length - 1);
    this.#next[line] = intAt(this.#buckets, bucket);
    this.#buckets[bucket] = line;
  }

  #unlink(line: LineId): void {
    const bucket = intAt(this.#hash, line) & (this.#buckets.length - 1);
    const next = intAt(this.#next, line);
    let before = intAt(this.#buckets, bucket);
    if (before === line) {
      this.#buckets[bucket] = next;
      return;
    }
    while (this.#next[before] !== line) before = intAt(this.#next, before);
    this.#next[before] = next;
  }

  #grow(): void {
    this.#start = grownTo(this.#start, this.#made);
    this.#length = grownTo(this.#length, this.#made);
    this.#hash = grownTo(this.#hash, this.#made);
    this.#next = grownTo(this.#next, this.#made);
    if (this.#made <= this.#buckets.length) return;
    this.#buckets = new Int32Array(this.#buckets.length * 2).fill(NO_LINE);
    for (const lines of this.#byName.values()) for (const line of lines) this.#link(line);
  }
}

/** FNV-1a over 32-bit units (draft-eastlake-fnv), its high bits folded into the low ones that choose the bucket. */
function hashOf(texts: readonly TextId[]): number {
  let hash = 0x811c9dc5;
  for (const text of texts) hash = Math.imul(hash ^ text, 0x01000193);
  return hash ^ (hash >>> 15);
}
