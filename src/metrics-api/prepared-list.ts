// A list of metric values as bytes: the text around the values is encoded once, times, windows and quantities are patched in.
import type { SignalAnswer } from '../model/signal.ts';
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
    opening: keepable(opening),
    before: keepable(first.subarray(0, head)),
    own: keepable(Buffer.concat(own)),
    ends,
    after: keepable(first.subarray(first.length - tail)),
    longest: opening.length + (items.length + 1) * around + end + CLOSING.length,
  };
}

/** In memory of their own: a small Buffer is a piece of eight kilobytes that live as long as it does. */
function keepable(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

interface Comparison {
  readonly one: Uint8Array;
  readonly other: Uint8Array;
  readonly most: number;
  readonly fromEnd: boolean;
}

/** How many bytes, `most` at most, are the same from the start of both, or back from their ends. */
function alike({ one, other, most, fromEnd }: Comparison): number {
  const step = fromEnd ? -1 : 1;
  let oneAt = fromEnd ? one.length - 1 : 0;
  let otherAt = fromEnd ? other.length - 1 : 0;
  for (let count = 0; count < most; count += 1) {
    if (one[oneAt] !== other[otherAt]) return count;
    oneAt += step;
    otherAt += step;
  }
  return most;
}

export interface ListRequest {
  readonly list: PreparedList;
  /** One for each item of the list; items without a usable value are left out. */
  readonly answers: readonly { readonly answer: SignalAnswer }[];
}

/** Writes JSON and a newline to the start of `out`, which has room for `list.longest` bytes; the number of bytes written. */
export function writeList({ list, answers }: ListRequest, out: Uint8Array): number {
  const { opening, before, own, ends } = list;
  const texts = new TextsAround(list);
  const start = opening.length + before.length;
  out.set(opening);
  out.set(before, opening.length);
  let at = start;
  let ownStart = 0;
  for (let index = 0; index < answers.length; index += 1) {
    const ownEnd = ends[index] ?? ownStart;
    const answer = answers[index]?.answer;
    if (answer !== undefined && usable(answer)) {
      for (let from = ownStart; from < ownEnd; from += 1) out[at++] = own[from] ?? 0;
      const around = texts.ofWindow(answer.windowMs);
      const toQuantity = around.toQuantity(answer.newestMs);
      out.set(toQuantity, at);
      at = writeAscii(formatQuantity(answer.value), { out, at: at + toQuantity.length });
      out.set(around.toNext, at);
      at += around.toNext.length;
    }
    ownStart = ownEnd;
  }
  // Behind the last item are a comma and the beginning of a next one, behind the opening of an empty list that of a first one.
  at -= at === start ? before.length : before.length + 1;
  out.set(CLOSING, at);
  return at + CLOSING.length;
}

/** For a few characters this is faster than any call that encodes. Returns where the text ends. */
function writeAscii(text: string, { out, at }: { readonly out: Uint8Array; readonly at: number }): number {
  for (let index = 0; index < text.length; index += 1) out[at + index] = text.charCodeAt(index);
  return at + text.length;
}

/** What stands around the quantities of one answer: of a thousand items nearly all share a window and a few seconds. */
class TextsAround {
  readonly #list: PreparedList;
  readonly #known = new Map<number | undefined, WindowTexts>();
  #windowMs: number | undefined;
  #last: WindowTexts | undefined;

  constructor(list: PreparedList) {
    this.#list = list;
  }

  /** Undefined for an instantaneous value. */
  ofWindow(windowMs: number | undefined): WindowTexts {
    if (this.#last !== undefined && windowMs === this.#windowMs) return this.#last;
    const texts = this.#known.get(windowMs) ?? new WindowTexts(this.#list, windowMs);
    this.#known.set(windowMs, texts);
    this.#windowMs = windowMs;
    this.#last = texts;
    return texts;
  }
}

/** Times and windows are whole seconds, as Kubernetes writes them. */
class WindowTexts {
  /** From a quantity to the own part of the next item. */
  readonly toNext: Uint8Array;
  readonly #after: Uint8Array;
  readonly #toValue: string;
  readonly #bySecond = new Map<number, Uint8Array>();

  constructor({ form, before, after }: PreparedList, windowMs: number | undefined) {
    const window = windowMs === undefined ? '' : `,"${form.windowField}":${JSON.stringify(Math.round(windowMs / 1000))}`;
    const [ahead, behind] = form.windowComes === 'before value' ? [window, ''] : ['', window];
    this.toNext = Buffer.concat([Buffer.from(`"${behind}${form.ending}},`), before]);
    this.#after = after;
    this.#toValue = `Z"${ahead},"value":"`;
  }

  /** From an item's own part to its quantity. */
  toQuantity(newestMs: number): Uint8Array {
    const second = Math.floor(Math.trunc(newestMs) / 1000);
    const known = this.#bySecond.get(second);
    if (known !== undefined) return known;
    const time = new Date(second * 1000).toISOString().slice(0, 19);
    const text = Buffer.concat([this.#after, Buffer.from(time + this.#toValue)]);
    this.#bySecond.set(second, text);
    return text;
  }
}
