// Lists of metric values on their way out: what is kept from one answer to the next.
import { Recent } from '../lib/recent.ts';
import type { SignalAnswer } from '../model/signal.ts';
import { type ListForm, type PreparedList, prepareList, writeList } from './prepared-list.ts';

/** Values, and how to say them. */
export interface MetricList {
  readonly form: () => ListForm;
  /** One for each item of the form. */
  readonly answers: readonly { readonly answer: SignalAnswer }[];
  /** Set where the form is worth keeping: it is the same whenever the key and the array of objects are. */
  /** What the items are of, where they are several and the form is not kept. */
  readonly items?: readonly { readonly name: string }[];
  readonly kept?: { readonly key: string; readonly objects: readonly { readonly name: string }[] };
}

export interface WrittenList {
  /** JSON and a newline. */
  readonly bytes: Uint8Array;
  /** To be called once when nobody reads the bytes any more: the next list is written over them. */
  release(): void;
}

interface KeptForm {
  readonly key: string;
  /** Weak, or what is kept would hold on to an inventory that was replaced. */
  readonly objects: WeakRef<readonly object[]>;
  readonly list: PreparedList;
}

/** Bytes of prepared lists that are kept: hundreds of questions about a thousand pods. */
const KEPT_BYTES = 4 * 1024 * 1024;
/** What a list takes besides its key and the parts of its items: the texts around them. */
const LIST_BYTES = 2048;

/** Writes lists; keeps what is prepared for them, and the memory they are written to. */
export class ListWriter {
  readonly #forms = new Recent<KeptForm>({ limit: KEPT_BYTES, weigh: weightOf });
  readonly #free = new FreeMemory();

  write({ form, answers, kept }: MetricList): WrittenList {
    const list = kept === undefined ? prepareList(form()) : this.#prepared(kept, form);
    const out = this.#free.take(list.longest);
    const length = writeList({ list, answers }, out);
    return { bytes: out.subarray(0, length), release: () => this.#free.give(out) };
  }

  #prepared({ key, objects }: NonNullable<MetricList['kept']>, form: () => ListForm): PreparedList {
    const before = this.#forms.get(key);
    if (before?.objects.deref() === objects) return before.list;
    const list = prepareList(form());
    this.#forms.set(key, { key, objects: new WeakRef(objects), list });
    return list;
  }
}

function weightOf({ key, list }: KeptForm): number {
  return LIST_BYTES + key.length + list.own.length + list.ends.byteLength;
}

/** Below this memory is not worth keeping. */
const LEAST_KEPT = 64 * 1024;
/** Above this an answer is rare, and its memory stands in the way. */
const MOST_KEPT = 8 * 1024 * 1024;
/** Answers on their way at one time whose memory is kept. */
const MOST_FREE = 4;

/** Large arrays of bytes that were used before: the system hands new ones out page by page, which costs more than to fill them. */
class FreeMemory {
  readonly #free: Uint8Array[] = [];

  /** Of at least so many bytes, which say anything. */
  take(bytes: number): Uint8Array {
    const index = this.#free.findIndex(({ length }) => length >= bytes);
    const [found] = index === -1 || bytes < LEAST_KEPT ? [] : this.#free.splice(index, 1);
    return found ?? Buffer.allocUnsafe(bytes < LEAST_KEPT ? bytes : Math.ceil(bytes / LEAST_KEPT) * LEAST_KEPT);
  }

  give(memory: Uint8Array): void {
    if (memory.length < LEAST_KEPT || memory.length > MOST_KEPT) return;
    this.#free.push(memory);
    // The oldest goes, so that memory too small for today's answers does not stay.
    if (this.#free.length > MOST_FREE) this.#free.shift();
  }
}
