// Label selectors as query parameters say them.
import { quote } from '../lib/quote.ts';
import type { LabelSelector } from '../model/label-selector.ts';
import { parseLabelSelector, SelectorError } from '../model/parse-label-selector.ts';
import { StatusError } from './status.ts';

/** The selector a query parameter says; absent or empty selects everything. Throws a 400 naming the parameter, the place and the cause. */
export function parseSelector(parameter: string, text: string | null): LabelSelector {
  if (text === null) return [];
  try {
    return parseLabelSelector(text);
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error;
    throw new StatusError(400, `cannot parse ${parameter} ${quote(text)}: ${error.message}; write it as in kubectl -l`, { cause: error });
  }
}
