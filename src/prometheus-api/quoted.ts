// Other people's text inside messages that are Prometheus's.

/** Prometheus shows all of it; nobody reads more than this. */
const MOST_CHARACTERS = 200;

/** In double quotes with control characters escaped, as Go's %q writes common texts. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 1)}…` : text);
}
