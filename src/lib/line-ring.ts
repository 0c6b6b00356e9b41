// The last lines of a text that goes on for ever.

/** Keeps lines up to a number of characters; the oldest go first, and a line longer than all is cut. */
export class LineRing {
  readonly #mostCharacters: number;
  readonly #lines: string[] = [];
  #characters = 0;

  constructor(mostCharacters: number) {
    this.#mostCharacters = mostCharacters;
  }

  add(line: string): void {
    const kept = line.slice(0, this.#mostCharacters);
    this.#lines.push(kept);
    this.#characters += kept.length;
    while (this.#characters > this.#mostCharacters) this.#characters -= this.#lines.shift()?.length ?? 0;
  }

  /** From the oldest to the newest. */
  lines(): readonly string[] {
    return [...this.#lines];
  }
}
