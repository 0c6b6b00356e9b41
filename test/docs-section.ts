// A part of a document that a program writes, between two comments that name it.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const RELIABILITY = fileURLToPath(new URL('../docs/reliability.md', import.meta.url));

/** Puts the text in the place of what is there. Rejects where the document has no such part. */
export async function writeReliability(part: string, text: string): Promise<void> {
  const document = await readFile(RELIABILITY, 'utf8');
  const [begin, end] = [`<!-- ${part}: begin -->`, `<!-- ${part}: end -->`];
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from < 0 || to < from)
    throw new Error(`cannot write ${part} into docs/reliability.md: it has no ${begin} … ${end}; add the two lines`);
  await writeFile(RELIABILITY, `${document.slice(0, from + begin.length)}\n\n${text.trim()}\n\n${document.slice(to)}`);
}
