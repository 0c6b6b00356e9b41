// What one test file found, written beside the others' until the run is over.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { currentRun, partsFolder } from '../run-folder.ts';

export const partSchema = z.object({
  /** Parts are in the order of these: `2 hpa`. */
  key: z.string(),
  title: z.string(),
  /** Markdown without headings of the first two levels. */
  text: z.string(),
});
export type Part = z.infer<typeof partSchema>;

/** Adds to the report; the same key twice is the later one. */
export async function writePart(part: Part): Promise<void> {
  const folder = partsFolder(currentRun());
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${part.key.replaceAll(/[^a-z0-9]+/g, '-')}.json`), JSON.stringify(part));
}

/** Puts a file beside the report; returns how the report's text links to it. */
export async function attach(name: string, content: string): Promise<string> {
  await writeFile(join(currentRun().folder, name), content);
  return name;
}
