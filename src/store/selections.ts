// Answers of `select`, kept while the set of rows stands still.
import { keyOf } from '../lib/key.ts';
import type { Matcher } from '../model/matcher.ts';
import type { RowList } from '../model/sample-source.ts';

// In numbers of four bytes: about 4 MB. An answer counts its rows, and this much for its key and its place in the map.
const MOST_KEPT = 1_000_000;
const ANSWER_COST = 40;

export class Selections {
  readonly #kept = new Map<string, RowList>();
  #size = 0;
  #version = 0;

  /** The rows for the matchers, from memory when `version` is that of the last call, else from `find`. */
  get({ matchers, version, find }: SelectionRequest): RowList {
    if (version !== this.#version) this.#clear();
    this.#version = version;
    const key = matchersKey(matchers);
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    const rows = find();
    const cost = rows.length + ANSWER_COST;
    if (this.#size + cost > MOST_KEPT) this.#clear();
    this.#size += cost;
    this.#kept.set(key, rows);
    return rows;
  }

  #clear(): void {
    this.#kept.clear();
    this.#size = 0;
  }
}

interface SelectionRequest {
  readonly matchers: readonly Matcher[];
  readonly version: number;
  readonly find: () => RowList;
}

function matchersKey(matchers: readonly Matcher[]): string {
  return keyOf(matchers.flatMap(({ name, operator, value }) => [name, operator, value]));
}
