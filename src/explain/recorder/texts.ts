// Texts that many records have in common: each is kept once, for as long as one of them holds it, and its memory is counted.

export type TextId = number;

/** No text. */
export const NO_TEXT: TextId = -1;

interface Held {
  readonly key: string;
  readonly text: string;
  holders: number;
}

/** An entry of a Map and its record, measured on V8: two words of each text, the record, its places in the map and the list. */
const ENTRY_BYTES = 176;
/** Of a text that is not all Latin. */
const BYTES_PER_CHARACTER = 2;

export class HeldTexts {
  readonly #ids = new Map<string, TextId>();
  readonly #held: (Held | undefined)[] = [];
  readonly #free: TextId[] = [];
  #bytes = 0;

  /** Upper bound of the memory that the texts take. */
  get bytes(): number {
    return this.#bytes;
  }

  /** NO_TEXT when nobody holds a text of this key. */
  find(key: string): TextId {
    return this.#ids.get(key) ?? NO_TEXT;
  }

  /** Empty for NO_TEXT. */
  textOf(id: TextId): string {
    return this.#held[id]?.text ?? '';
  }

  /** The text held by this key, whatever it says, else the one given; with one holder more. */
  hold(key: string, text = key): TextId {
    const known = this.#ids.get(key);
    const id = known ?? this.#free.pop() ?? this.#held.length;
    if (known === undefined) {
      this.#ids.set(key, id);
      this.#held[id] = { key, text, holders: 0 };
      this.#bytes += bytesOf(key, text);
    }
    const held = this.#held[id];
    if (held !== undefined) held.holders += 1;
    return id;
  }

  /** One holder less; the id of a text without holders will be another's. */
  release(id: TextId): void {
    const held = this.#held[id];
    if (held === undefined) return;
    held.holders -= 1;
    if (held.holders > 0) return;
    this.#ids.delete(held.key);
    this.#held[id] = undefined;
    this.#free.push(id);
    this.#bytes -= bytesOf(held.key, held.text);
  }
}

function bytesOf(key: string, text: string): number {
  return ENTRY_BYTES + BYTES_PER_CHARACTER * (key.length + (text === key ? 0 : text.length));
}
