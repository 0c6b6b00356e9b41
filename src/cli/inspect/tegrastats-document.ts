// The output of tegrastats as the pipeline reads it: the newest of its lines, written as an exposition.
import { quote } from '../../lib/quote.ts';
import type { Warning } from '../../model/fact.ts';
import { measuresExposition } from '../../sources/measures.ts';
import { TEGRASTATS_FAMILIES } from '../../sources/tegrastats/families.ts';
import { parseTegrastats, type TegrastatsLine } from '../../sources/tegrastats/parse.ts';
import { type Document, EMPTY_DOCUMENT, readDocument } from './document.ts';

export interface TegrastatsDocument {
  readonly document: Document;
  readonly warnings: readonly Warning[];
}

/** As many as fit into a message. */
const SHOWN_WORDS = 5;

/** `malformed` counts lines that are none of tegrastats; unknown words are of all lines. */
export function tegrastatsDocument(text: string): TegrastatsDocument {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const read = lines.map(parseTegrastats);
  const newest = read.findLast((line) => line !== undefined);
  const foreign = lines.flatMap((line, index) => (read[index] === undefined ? [{ line, number: index + 1 }] : []));
  const scanned =
    newest === undefined ? EMPTY_DOCUMENT : readDocument(Buffer.from(measuresExposition(TEGRASTATS_FAMILIES, newest.measures)));
  return {
    document: { ...scanned, malformed: foreign.length },
    warnings: [...(newest === undefined ? [NONE] : missing(newest)), ...foreignLines(foreign), ...unknownWords(read)],
  };
}

const NONE: Warning = { code: 'no-samples', message: 'no line could be read: each begins with the memory, once, and ends with a newline' };

function foreignLines(foreign: readonly { readonly line: string; readonly number: number }[]): Warning[] {
  const [first] = foreign;
  if (first === undefined) return [];
  const others = foreign.length === 1 ? '' : `, and ${foreign.length - 1} more`;
  return [{ code: 'foreign-lines', message: `line ${first.number} is none of tegrastats: ${quote(first.line)}${others}` }];
}

function missing({ measures }: TegrastatsLine): Warning[] {
  const has = (family: string): boolean => measures.some((measure) => measure.family === family);
  if (has('tegrastats_gpu_percent')) return [];
  const message = has('tegrastats_gpu_megahertz')
    ? 'the line says the clocks of the GPU and no share, as on a Thor: its utilisation is absent, not 0; nvidia-smi knows it there'
    : 'the line says nothing of the GPU: its utilisation is absent, not 0; some releases tell it to root only';
  return [{ code: 'gpu-share-absent', message }];
}

function unknownWords(read: readonly (TegrastatsLine | undefined)[]): Warning[] {
  const words = new Set(read.flatMap((line) => line?.unknown ?? []));
  if (words.size === 0) return [];
  const shown = [...words].slice(0, SHOWN_WORDS).map(quote);
  const more = words.size > SHOWN_WORDS ? ` and ${words.size - SHOWN_WORDS} more` : '';
  return [{ code: 'unknown-words', message: `words are passed over that are not known: ${shown.join(', ')}${more}` }];
}
