// Which lines the last good scrape of a target said: facts follow from the set, and what is missing from a damaged answer is told by it.
import type { ScanResult } from '../../exposition/result.ts';
import { intAt } from '../../lib/columns.ts';
import type { ScrapeError } from '../../model/target.ts';

const NEVER = -1;
/** From then on an exporter may well have changed for good: at the default interval it is down for a minute and a half until it counts as that. */
const MOST_DAMAGED = 20;

type Scan = Pick<ScanResult, 'count' | 'lineIds' | 'malformed'>;

export class SaidLines {
  /** By line id: the set that last had it. */
  #saidIn: Int32Array = new Int32Array(0);
  #sets = 0;
  #count = NEVER;
  /** Lines of the last good scrape that could not be read. */
  #malformed = 0;
  /** Damaged answers since then. */
  #damaged = 0;

  /** Takes the set of a scan for the last one's; true when it is another. */
  take({ count, lineIds }: Scan): boolean {
    this.#sets += 1;
    let changed = count !== this.#count;
    for (let at = 0; at < count; at += 1) {
      const id = intAt(lineIds, at);
      if (id >= this.#saidIn.length) this.#saidIn = grown(this.#saidIn, (id + 1) * 2);
      changed ||= this.#saidIn[id] !== this.#sets - 1;
      this.#saidIn[id] = this.#sets;
    }
    this.#count = count;
    return changed;
  }

  /** The scrape was good. */
  keep({ malformed }: Scan): void {
    this.#malformed = malformed.count;
    this.#damaged = 0;
  }

  /**
   * Why a scan says less than there is: more of its lines cannot be read than before, and lines that were there are missing. One unreadable
   * line costs itself only; but one that was readable and is part of a sum would be missed in it.
   */
  damageIn({ count, lineIds, malformed }: Scan): ScrapeError | undefined {
    if (this.#count < 0 || malformed.count <= this.#malformed) return undefined;
    let found = 0;
    for (let at = 0; at < count; at += 1) if (this.#saidIn[intAt(lineIds, at)] === this.#sets) found += 1;
    const missing = this.#count - found;
    if (missing <= 0) return undefined;
    this.#damaged += 1;
    if (this.#damaged > MOST_DAMAGED) return undefined;
    const message = `the answer is damaged: ${malformed.count} lines cannot be read, and ${missing} that were there are missing; is a proxy in between?`;
    return { failure: 'failed', message };
  }

  /** The next set is another one, whatever is in it. */
  forget(): void {
    this.#count = NEVER;
  }

  /** The id will be another line's: without this, as many new lines after an outage would pass for the old ones. */
  forgetLine(id: number): void {
    if (id < this.#saidIn.length) this.#saidIn[id] = NEVER;
  }
}

function grown(numbers: Int32Array, length: number): Int32Array {
  const larger = new Int32Array(length).fill(NEVER);
  larger.set(numbers);
  return larger;
}
