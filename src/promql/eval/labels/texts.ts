// Numbers for texts that no sample has said: labels that functions make. Equal texts have one number, the source's where it has one.
import type { SampleSource, TextId } from '../../../model/sample-source.ts';
import { NO_TEXT } from '../../../model/sample-source.ts';

/** Far below what one query makes at a time; then they are numbered anew. */
const MOST_TEXTS = 100_000;

/** Belongs to one engine. Numbers are good until `reset`, as those of a source are while it stands still. */
export class Texts {
  readonly #source: Pick<SampleSource, 'textId'>;
  readonly #made = new Map<string, TextId>();

  constructor(source: Pick<SampleSource, 'textId'>) {
    this.#source = source;
  }

  /** NO_TEXT for '': an empty label is an absent one. */
  idOf(text: string): TextId {
    if (text === '') return NO_TEXT;
    const known = this.#source.textId(text);
    if (known !== NO_TEXT) return known;
    const made = this.#made.get(text) ?? NO_TEXT - 1 - this.#made.size;
    this.#made.set(text, made);
    return made;
  }

  /** Called between queries. */
  reset(): void {
    if (this.#made.size > MOST_TEXTS) this.#made.clear();
  }
}
