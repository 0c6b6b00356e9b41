// The first part of a sample line: a metric's name and its labels. Names that are not plain words stand in quotes, the metric's among
// the labels: `{"http.server.duration","http.route"="/"}` (text format 1.0.0).
import { type Labels, METRIC_NAME } from '../model/labels.ts';
import { isBlank } from './cursor.ts';

export type SeriesFault = 'bad-name' | 'bad-labels' | 'duplicate-label' | 'too-many-labels';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** The part of a text from byte `start` to before byte `end`. */
export interface Span {
  readonly view: DataView;
  readonly start: number;
  readonly end: number;
}

/**
 * Where the series of a line ends: behind the closing brace, or behind the name when there are no braces.
 * It only looks for that place (quotes may hide a brace); whether the series is well formed is `parseSeries`'s to say.
 */
export function endOfSeries({ view, start, end }: Span): number {
  let at = start;
  while (at < end && !isBlank(view.getUint8(at)) && view.getUint8(at) !== OPENING_BRACE) at++;
  const nameEnd = at;
  while (at < end && isBlank(view.getUint8(at))) at++;
  if (at === end || view.getUint8(at) !== OPENING_BRACE) return nameEnd;
  return endOfLabels({ view, start: at + 1, end });
}

function endOfLabels({ view, start, end }: Span): number {
  let quoted = false;
  for (let at = start; at < end; at++) {
    const byte = view.getUint8(at);
    if (byte === QUOTE) quoted = !quoted;
    else if (quoted && byte === BACKSLASH) at++;
    else if (!quoted && byte === CLOSING_BRACE) return at + 1;
  }
  return end;
}

const SERIES = /^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)?[ \t]*(?:\{(?<list>.*)\})?$/s;
const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*(?![^ \t{])/;
const BLANKS = /^[ \t]*$/;
const LABEL =
  /[ \t]*(?:(?<name>[a-zA-Z_]\w*)|"(?<quoted>[^"\\]*(?:\\.[^"\\]*)*)")[ \t]*(?:=[ \t]*"(?<value>[^"\\]*(?:\\.[^"\\]*)*)"[ \t]*)?(?:,|$)/gsy;

/** Reads a series without blanks around it: the labels with the name under `__name__`, or why it is malformed. */
export function parseSeries(text: string, mostLabels: number): Labels | SeriesFault {
  const parts = SERIES.exec(text)?.groups;
  if (parts === undefined) return NAME.test(text) ? 'bad-labels' : 'bad-name';
  const labels = new Map([[METRIC_NAME, parts['name'] ?? '']]);
  const list = parts['list'] ?? '';
  let readTo = 0;
  for (const match of list.matchAll(LABEL)) {
    const fault = addLabel(labels, match.groups ?? {}, mostLabels);
    if (fault !== undefined) return fault;
    readTo = match.index + match[0].length;
  }
  if (labels.get(METRIC_NAME) === '') return 'bad-name';
  return BLANKS.test(list.slice(readTo)) ? labels : 'bad-labels';
}

/** Adds what one match of `LABEL` says: a label, or a quoted text alone, which is the metric's name where none stands before the brace. */
function addLabel(labels: Map<string, string>, said: Record<string, string | undefined>, mostLabels: number): SeriesFault | undefined {
  const { quoted, value } = said;
  const name = quoted === undefined ? (said['name'] ?? '') : unescapeText(quoted);
  if (value === undefined) {
    if (quoted === undefined || labels.get(METRIC_NAME) !== '') return 'bad-labels';
    labels.set(METRIC_NAME, name);
    return undefined;
  }
  // Prometheus reserves `__name__`.
  if (name === METRIC_NAME || name === '') return 'bad-labels';
  if (labels.has(name)) return 'duplicate-label';
  if (labels.size > mostLabels) return 'too-many-labels';
  labels.set(name, unescapeText(value));
  return undefined;
}

const ESCAPE = /\\([\\"n])/g;

/** What stood between two quotes. An escape that the format does not know stays as it is, as in Prometheus's own reader. */
export function unescapeText(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(ESCAPE, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
}
