// One sample line, read in full: for lines that are seen for the first time.
import type { Labels } from '../model/labels.ts';
import { cursorOver, skipBlanks } from './cursor.ts';
import { endOfSeries, parseSeries, type SeriesFault } from './series.ts';
import { readValue } from './value.ts';

export interface Sample {
  /** With the metric's name under `__name__`. */
  readonly labels: Labels;
  readonly value: number;
  /** Milliseconds since the Unix epoch, when the line says a time. */
  readonly timestampMs?: number;
}

export interface LineLimits {
  /** Longest line, without its end. */
  readonly lineBytes: number;
  /** Most labels of a line; the name is not counted. */
  readonly labelsPerLine: number;
}

/** Why a line gives no sample. `duplicate`: its series was already said in the same text. */
export type MalformedReason = SeriesFault | 'not-utf8' | 'bad-value' | 'bad-timestamp' | 'too-long' | 'duplicate';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads a sample line, given without its end: the sample, or why it is malformed. */
export function parseLine(bytes: Uint8Array, limits: LineLimits): Sample | MalformedReason {
  if (bytes.length > limits.lineBytes) return 'too-long';
  const cursor = cursorOver(bytes);
  skipBlanks(cursor);
  const start = cursor.at;
  const end = endOfSeries({ view: cursor.view, start, end: cursor.end });
  const text = decodeUtf8(bytes.subarray(start, end));
  if (text === undefined) return 'not-utf8';
  const labels = parseSeries(text, limits.labelsPerLine);
  if (typeof labels === 'string') return labels;
  cursor.at = end;
  const fault = readValue(cursor);
  if (fault !== undefined) return fault;
  const { value, timestampMs } = cursor;
  return Number.isNaN(timestampMs) ? { labels, value } : { labels, value, timestampMs };
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}
