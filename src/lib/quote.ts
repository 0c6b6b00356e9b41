// Other people's text inside our messages: quoted, and short enough to read.

const MOST_CHARACTERS = 50;

/** The text in double quotes with control characters escaped, cut after 50 characters. */
export function quote(text: string): string {
  return JSON.stringify(text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 1)}…` : text);
}
