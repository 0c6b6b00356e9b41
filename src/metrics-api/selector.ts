// Label selectors as parameters of a query.
import { quote } from '../lib/quote.ts';
import type { LabelSelector } from '../model/label-selector.ts';
import { LabelSelectorError, parseLabelSelector } from '../model/parse-label-selector.ts';
import { StatusError } from './status.ts';

/** The selector a query parameter says; absent or empty selects everything. Throws a 400 naming the parameter, the place and the cause. */
export function parseSelector(parameter: string, text: string | null): LabelSelector {
  if (text === null) return [];
  try {
    return parseLabelSelector(text);
  } catch (cause) {
    if (!(cause instanceof LabelSelectorError)) throw cause;
    throw new StatusError(400, `cannot parse ${parameter} ${quote(text)}: ${cause.message}; write it as in kubectl -l`, { cause });
  }
}
