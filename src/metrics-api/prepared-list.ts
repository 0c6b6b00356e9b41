// A list of metric values as bytes: the text around the values is encoded once, times, windows and quantities are patched in.
import type { SignalAnswer, SignalValue } from '../model/signal.ts';
import { formatQuantity } from './quantity.ts';
import { usable } from './unknown.ts';

/** All of a list but its times, windows and quantities, as JSON. */
export interface ListForm {
  /** Up to the first item. */
  readonly opening: string;
  /** Of each item, its text up to its timestamp: `{…"timestamp":"`. */
  readonly items: readonly string[];
  readonly windowField: 'window' | 'windowSeconds';
  readonly windowComes: 'before value' | 'after value';
  /** What stands in each item behind the value and the window. */
  readonly ending: string;
}

/** The texts of all items begin and end alike: what is between is all that is kept of each, so that a thousand of them fit a processor's cache. */
export interface PreparedList {
  readonly form: Omit<ListForm, 'items'>;
  readonly opening: Uint8Array;
  /** How each item's text begins, up to what is its own. */
  readonly before: Uint8Array;
  /** Each item's own part, one behind the other. */
  readonly own: Uint8Array;
  /** Where each item's own part ends in `own`. */
  readonly ends: Uint32Array;
  /** How each item's text ends, up to its timestamp. */
  readonly after: Uint8Array;
  /** No list of this form is longer, in bytes. */
  readonly longest: number;
}

/** More than a timestamp (20), a window with its name (18 + 23), a quantity (21) and the punctuation between them can take. */
const LONGEST_VALUE = 128;
const CLOSING = Buffer.from(']}\n');

export function prepareList({ items, ...form }: ListForm): PreparedList {
  const texts = items.map((item) => Buffer.from(item));
  const [first = CLOSING] = texts;
  let head = first.length;
  for (const text of texts) head = alike({ one: first, other: text, most: head, fromEnd: false });
  let tail = first.length - head;
  for (const text of texts) tail = alike({ one: first, other: text, most: Math.min(tail, text.length - head), fromEnd: true });
  const own = texts.map((text) => text.subarray(head, text.length - tail));
  let end = 0;
  const ends = Uint32Array.from(own, ({ length }) => {
    end += length;
    return end;
  });
  const opening = Buffer.from(form.opening);
  const around = head + tail + Buffer.byteLength(form.ending) + LONGEST_VALUE;
  return {
    form,
    opening,
    before: first.subarray(0, head),
    own: Buffer.concat(own),
    ends,
    after: first.subarray(first.length - tail),
    longest: opening.length + (items.length + 1) * around + end + CLOSING.length,
  };
}

interface Comparison {
  readonly one: Uint8Array;
  readonly other: Uint8Array;
  readonly most: number;
  readonly fromEnd: boolean;
}

/** How many bytes, `most` at most, are the same from the start of both, or back from their ends. */
function alike({ one, other, most, fromEnd }: Comparison): number {
  for (let count = 0; count < most; count += 1) {
    const at = fromEnd ? -1 - count : count;
    if (one.at(at) !== other.at(at)) return count;
  }
  return most;
}

export interface ListRequest {
  readonly list: PreparedList;
  /** One for each item of the list; items without a usable value are left out, but one is needed. */
  readonly answers: readonly { readonly answer: SignalAnswer }[];
}

/** Writes JSON and a newline to the start of `out`, which has room for `list.longest` bytes; the number of bytes written. */
export function writeList({ list, answers }: ListRequest, out: Uint8Array): number {
  const { opening, before, own, ends } = list;
  const texts = new ValueTexts(list);
  out.set(opening);
  out.set(before, opening.length);
  let at = opening.length + before.length;
  let ownStart = 0;
  for (let index = 0; index < answers.length; index += 1) {
    const ownEnd = ends[index] ?? ownStart;
    const answer = answers[index]?.answer;
    if (answer !== undefined && usable(answer)) {
      for (let from = ownStart; from < ownEnd; from += 1) out[at++] = own[from] ?? 0;
      const { toQuantity, toNext } = texts.around(answer);
      out.set(toQuantity, at);
      at = writeAscii(formatQuantity(answer.value), { out, at: at + toQuantity.length });
      out.set(toNext, at);
      at += toNext.length;
    }
    ownStart = ownEnd;
  }
  // Behind the last item are a comma and the beginning of a next one.
  at -= before.length + 1;
  out.set(CLOSING, at);
  return at + CLOSING.length;
}

/** For a few characters this is faster than any call that encodes. Returns where the text ends. */
function writeAscii(text: string, { out, at }: { readonly out: Uint8Array; readonly at: number }): number {
  for (let index = 0; index < text.length; index += 1) out[at + index] = text.charCodeAt(index);
  return at + text.length;
}

interface Around {
  /** From an item's own part to its quantity. */
  readonly toQuantity: Uint8Array;
  /** From there to the own part of the next item. */
  readonly toNext: Uint8Array;
}

/** What stands around the quantities of one answer: of a thousand items nearly all share a window and a few seconds. */
class ValueTexts {
  readonly #list: PreparedList;
  /** By window, and there by second. */
  readonly #known = new Map<number | undefined, Map<number, Around>>();
  #windowMs: number | undefined;
  #ofWindow = new Map<number, Around>();

  constructor(list: PreparedList) {
    this.#list = list;
    this.#known.set(undefined, this.#ofWindow);
  }

  around({ newestMs, windowMs }: SignalValue): Around {
    if (windowMs !== this.#windowMs) this.#turnTo(windowMs);
    const second = Math.floor(Math.trunc(newestMs) / 1000);
    const known = this.#ofWindow.get(second);
    if (known !== undefined) return known;
    const around = textsAround(this.#list, { second, windowMs });
    this.#ofWindow.set(second, around);
    return around;
  }

  #turnTo(windowMs: number | undefined): void {
    this.#windowMs = windowMs;
    this.#ofWindow = this.#known.get(windowMs) ?? new Map();
    this.#known.set(windowMs, this.#ofWindow);
  }
}

interface Instant {
  readonly second: number;
  readonly windowMs: number | undefined;
}

/** Whole seconds, as Kubernetes writes times and windows; no window for an instantaneous value. */
function textsAround({ form, before, after }: PreparedList, { second, windowMs }: Instant): Around {
  const { windowField, windowComes, ending } = form;
  const time = new Date(second * 1000).toISOString().slice(0, 19);
  const window = windowMs === undefined ? '' : `,"${windowField}":${JSON.stringify(Math.round(windowMs / 1000))}`;
  const [ahead, behind] = windowComes === 'before value' ? [window, ''] : ['', window];
  return {
    toQuantity: Buffer.concat([after, Buffer.from(`${time}Z"${ahead},"value":"`)]),
    toNext: Buffer.concat([Buffer.from(`"${behind}${ending}},`), before]),
  };
}
