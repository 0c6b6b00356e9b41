// Names and values of labels by small integers, each kept once for as long as a line holds it.
import { NO_TEXT, type TextId } from '../model/sample-source.ts';

export class Texts {
  readonly #ids = new Map<string, TextId>();
  readonly #texts: string[] = [];
  /** How many holders each has. */
  readonly #holders: number[] = [];
  readonly #free: TextId[] = [];

  /** How many texts are held. */
  get count(): number {
    return this.#ids.size;
  }

  /** NO_TEXT when nobody holds it. */
  find(text: string): TextId {
    return this.#ids.get(text) ?? NO_TEXT;
  }

  textOf(id: TextId): string {
    return this.#texts[id] ?? '';
  }

  /** The text's id, with one holder more. */
  hold(text: string): TextId {
    const id = this.#ids.get(text) ?? this.#add(text);
    this.#holders[id] = (this.#holders[id] ?? 0) + 1;
    return id;
  }

  /** One holder less; the id of a text without holders will be another's. */
  release(id: TextId): void {
    const holders = (this.#holders[id] ?? 0) - 1;
    this.#holders[id] = holders;
    if (holders > 0) return;
    this.#ids.delete(this.textOf(id));
    this.#texts[id] = '';
    this.#free.push(id);
  }

  #add(text: string): TextId {
    const id = this.#free.pop() ?? this.#texts.length;
    this.#texts[id] = text;
    this.#holders[id] = 0;
    this.#ids.set(text, id);
    return id;
  }
}
