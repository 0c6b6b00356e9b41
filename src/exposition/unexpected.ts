// A line that did not come where it was expected: looked up among the known texts, and read in full when it is not there.
import { METRIC_NAME } from '../model/labels.ts';
import { parseComment } from './comment.ts';
import { peek, skipBlanks } from './cursor.ts';
import { NO_ENTRY, NO_LINE } from './dictionary.ts';
import { type MalformedReason, parseLine } from './line.ts';
import { noteUnexpected, type Run } from './run.ts';
import { endOfSeries, type Span } from './series.ts';
import { NO_TYPE, TYPES } from './types.ts';
import { readValue } from './value.ts';

const HASH_SIGN = 0x23;
const LETTER_H = 0x48;
const LETTER_T = 0x54;
/** A HELP and a TYPE for each line allowed; more comments than that are passed over. */
const COMMENTS_PER_LINE = 2;

/** Reads the line at the cursor, given without the blanks before it and without its end; not empty. Returns why it is malformed. */
export function readUnexpected(run: Run, text: Span): MalformedReason | undefined {
  if (peek(run.cursor) === HASH_SIGN) return readComment(run, text);
  const series = { ...text, end: endOfSeries(text) };
  const { texts, lines, scanNumber } = run.plan;
  const known = texts.find(series);
  const line = known === NO_ENTRY ? NO_LINE : texts.lineOf(known);
  if (line === NO_LINE) return readNewSample(run, { text, series });
  texts.see(known, scanNumber);
  run.cursor.at = series.end;
  const fault = readValue(run.cursor);
  if (fault !== undefined) return fault;
  if (lines.seenAtOf(line) === scanNumber) return 'duplicate';
  noteUnexpected(run, known);
  return undefined;
}

function readNewSample(run: Run, { text, series }: { readonly text: Span; readonly series: Span }): MalformedReason | undefined {
  const { plan, cursor, into } = run;
  const sample = parseLine(run.bytes.subarray(text.start, text.end), run.limits);
  if (typeof sample === 'string') return sample;
  const known = plan.lines.find(sample.labels);
  if (known !== NO_LINE && plan.lines.seenAtOf(known) === plan.scanNumber) return 'duplicate';
  if (into.count === run.limits.series) {
    into.stoppedBy = 'series';
    return undefined;
  }
  const family = plan.families.named(sample.labels.get(METRIC_NAME) ?? '');
  const line = known === NO_LINE ? plan.lines.add(sample.labels) : known;
  const entry = plan.texts.add(series, { line, family: family.id, type: NO_TYPE });
  if (known === NO_LINE) {
    plan.lines.sayAs(line, entry);
    into.newLineIds.push(line);
  }
  cursor.value = sample.value;
  cursor.timestampMs = sample.timestampMs ?? Number.NaN;
  noteUnexpected(run, entry);
  return undefined;
}

function readComment(run: Run, text: Span): undefined {
  const { plan } = run;
  if (!mayBeHelpOrType(run)) return;
  const known = plan.texts.find(text);
  if (known !== NO_ENTRY) {
    noteUnexpected(run, known);
    return;
  }
  if (run.newComments >= COMMENTS_PER_LINE * run.limits.series) return;
  const comment = parseComment(new TextDecoder().decode(run.bytes.subarray(text.start, text.end)));
  if (comment === undefined) return;
  run.newComments++;
  const family = plan.families.named(comment.name);
  const type = comment.type === undefined ? NO_TYPE : TYPES.indexOf(comment.type);
  noteUnexpected(run, plan.texts.add(text, { line: NO_LINE, family: family.id, type }));
}

/** Saves the look-up and the decoding for all other comments, of which a hostile text can have millions. */
function mayBeHelpOrType({ cursor }: Run): boolean {
  cursor.at++;
  skipBlanks(cursor);
  return peek(cursor) === LETTER_H || peek(cursor) === LETTER_T;
}
