// Lists in messages for people.

/** The first `most` of the words, and how many more there are. */
export function listed(words: readonly string[], most = 5): string {
  const shown = words.slice(0, most).join(', ');
  return words.length > most ? `${shown} and ${words.length - most} more` : shown;
}
