// What a YAML document comes to.
import type { parseDocument } from 'yaml';

/** More make of some lines more than anybody writes. */
const MOST_ALIASES = 100;

/** An Error for an alias of nothing, and for aliases that multiply beyond reason. */
export function contentOf(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (cause) {
    return cause instanceof Error ? cause : new Error(String(cause));
  }
}
