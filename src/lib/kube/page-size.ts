// How many objects to ask for at once, so that a page is about as long as it should be.

const FIRST = 100;
// Parsing it takes some milliseconds. Pages of pods come at 6 to 8 kB an object, metadata alone at 1 to 2.
const TARGET_BYTES = 512 * 1024;
// Below what an API server is asked for by others at once (client-go's pager takes 500); thousands of tiny objects in a page gain nothing.
const MOST = 1_000;

export class PageSize {
  #limit = FIRST;

  /** Objects to ask for. */
  get limit(): number {
    return this.#limit;
  }

  /** A page came. One of a few large objects may not stand for those that follow, so that growing takes more than one step. */
  came({ objects, bytes }: { readonly objects: number; readonly bytes: number }): void {
    if (objects === 0) return;
    const fitting = Math.floor((TARGET_BYTES * objects) / bytes);
    this.#limit = Math.max(1, Math.min(fitting, 2 * this.#limit, MOST));
  }

  /** A page was too long to be read. False when it could not have been shorter. */
  shrink(): boolean {
    if (this.#limit === 1) return false;
    this.#limit = Math.max(1, Math.floor(this.#limit / 4));
    return true;
  }
}
