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

export interface PreparedList {
  readonly form: Omit<ListForm, 'items'>;
  readonly opening: Uint8Array;
  /** Parts of one array of bytes. */
  readonly items: readonly Uint8Array[];
  /** No list of this form is longer, in bytes. */
  readonly longest: number;
}

/** More than a timestamp (20), a window with its name (18 + 23), a quantity (21) and the punctuation between them can take. */
const LONGEST_VALUE = 128;
const CLOSING = Buffer.from(']}\n');

export function prepareList({ items, ...form }: ListForm): PreparedList {
  const text = Buffer.from(items.join(''));
  let end = 0;
  const parts = items.map((item) => {
    const start = end;
    end += Buffer.byteLength(item);
    return text.subarray(start, end);
  });
  const opening = Buffer.from(form.opening);
  const longest = opening.length + text.length + items.length * (LONGEST_VALUE + Buffer.byteLength(form.ending)) + CLOSING.length;
  return { form, opening, items: parts, longest };
}

export interface ListRequest {
  readonly list: PreparedList;
  /** One for each item of the list; items without a usable value are left out, but one is needed. */
  readonly answers: readonly { readonly answer: SignalAnswer }[];
}

/** Writes JSON and a newline to the start of `out`, which has room for `list.longest` bytes; the number of bytes written. */
export function writeList({ list, answers }: ListRequest, out: Uint8Array): number {
  const texts = new ValueTexts(list.form);
  out.set(list.opening);
  let end = list.opening.length;
  for (let index = 0; index < answers.length; index += 1) {
    const item = list.items[index];
    const answer = answers[index]?.answer;
    if (item === undefined || answer === undefined || !usable(answer)) continue;
    const { time, end: closing } = texts.around(answer);
    out.set(item, end);
    end += item.length;
    out.set(time, end);
    end = writeAscii(formatQuantity(answer.value), { out, at: end + time.length });
    out.set(closing, end);
    end += closing.length;
  }
  // Each item ends with a comma, which the last one must not have.
  out.set(CLOSING, end - 1);
  return end - 1 + CLOSING.length;
}

/** For a few characters this is faster than any call that encodes. Returns where the text ends. */
function writeAscii(text: string, { out, at }: { readonly out: Uint8Array; readonly at: number }): number {
  for (let index = 0; index < text.length; index += 1) out[at + index] = text.charCodeAt(index);
  return at + text.length;
}

interface Around {
  /** From the timestamp to the quantity. */
  readonly time: Uint8Array;
  /** From the quantity to the end of the item. */
  readonly end: Uint8Array;
}

/** What stands around the quantities of one answer: of a thousand items nearly all share a window and a few seconds. */
class ValueTexts {
  readonly #form: PreparedList['form'];
  /** By window, and there by second. */
  readonly #known = new Map<number | undefined, Map<number, Around>>();
  #windowMs: number | undefined;
  #ofWindow = new Map<number, Around>();

  constructor(form: PreparedList['form']) {
    this.#form = form;
    this.#known.set(undefined, this.#ofWindow);
  }

  around({ newestMs, windowMs }: SignalValue): Around {
    if (windowMs !== this.#windowMs) this.#turnTo(windowMs);
    const second = Math.floor(Math.trunc(newestMs) / 1000);
    const known = this.#ofWindow.get(second);
    if (known !== undefined) return known;
    const around = textsAround(this.#form, { second, windowMs });
    this.#ofWindow.set(second, around);
    return around;
  }

  #turnTo(windowMs: number | undefined): void {
    this.#windowMs = windowMs;
    this.#ofWindow = this.#known.get(windowMs) ?? new Map();
    this.#known.set(windowMs, this.#ofWindow);
  }
}

/** Whole seconds, as Kubernetes writes times and windows; no window for an instantaneous value. */
function textsAround(form: PreparedList['form'], { second, windowMs }: { second: number; windowMs: number | undefined }): Around {
  const { windowField, windowComes, ending } = form;
  const time = new Date(second * 1000).toISOString().slice(0, 19);
  const window = windowMs === undefined ? '' : `,"${windowField}":${JSON.stringify(Math.round(windowMs / 1000))}`;
  const [before, after] = windowComes === 'before value' ? [window, ''] : ['', window];
  return { time: Buffer.from(`${time}Z"${before},"value":"`), end: Buffer.from(`"${after}${ending}},`) };
}
