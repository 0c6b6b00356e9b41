// What an endpoint answers: its data as pieces of JSON, so that a large answer is never one text.

/** Pieces of one JSON value, made as they are asked for. */
export type JsonPieces = Iterable<string>;

export interface Answer {
  readonly data: JsonPieces;
  readonly warnings?: readonly string[] | undefined;
  readonly infos?: readonly string[] | undefined;
  /** Called once the data is no longer needed, sent or not. */
  readonly release?: (() => void) | undefined;
}

/** A small value, written at once. */
export function answerOf(value: unknown): Answer {
  return { data: [JSON.stringify(value)] };
}

/** Items after each other in brackets. */
export function* listPieces<Item>(items: Iterable<Item>, write: (item: Item) => string): JsonPieces {
  let before = '[';
  for (const item of items) {
    yield before + write(item);
    before = ',';
  }
  yield before === '[' ? '[]' : ']';
}

/** Prometheus shows ten of each. */
const MOST_ANNOTATIONS = 10;

/** The first ones, and how many more there are. */
export function shownAnnotations(kind: 'warning' | 'info', all: readonly string[] = []): readonly string[] {
  if (all.length <= MOST_ANNOTATIONS) return all;
  return [...all.slice(0, MOST_ANNOTATIONS), `${all.length - MOST_ANNOTATIONS} more ${kind} annotations omitted`];
}

/** What Prometheus warns of where `limit` left results out. */
const TRUNCATED = 'results truncated due to limit';

export function withinLimit<Item>(
  items: readonly Item[],
  limit: number | undefined,
): { readonly items: readonly Item[]; readonly warnings: readonly string[] } {
  if (limit === undefined || items.length <= limit) return { items, warnings: [] };
  return { items: items.slice(0, limit), warnings: [TRUNCATED] };
}
