// A line that did not come where it was expected: looked up among the known texts, and read in full when it is not there.
import { METRIC_NAME } from '../model/labels.ts';
import { parseComment } from './comment.ts';
import { peek, skipBlanks } from './cursor.ts';
import { type MalformedReason, parseLine } from './line.ts';
import { noteUnexpected, type Run } from './run.ts';
import { endOfSeries, type Span } from './series.ts';
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
  const known = run.plan.texts.find(series);
  if (known?.line === undefined) return readNewSample(run, { text, series });
  known.seenAt = run.plan.scanNumber;
  run.cursor.at = series.end;
  const fault = readValue(run.cursor);
  if (fault !== undefined) return fault;
  if (known.line.seenAt === run.plan.scanNumber) return 'duplicate';
  noteUnexpected(run, known);
  return undefined;
}

function readNewSample(run: Run, { text, series }: { readonly text: Span; readonly series: Span }): MalformedReason | undefined {
  const { plan, cursor, into } = run;
  const sample = parseLine(run.bytes.subarray(text.start, text.end), run.limits);
  if (typeof sample === 'string') return sample;
  const known = plan.lines.find(sample.labels);
  if (known?.seenAt === plan.scanNumber) return 'duplicate';
  if (into.count === run.limits.series) {
    into.stoppedBy = 'series';
    return undefined;
  }
  const family = plan.families.named(sample.labels.get(METRIC_NAME) ?? '');
  const line = known ?? plan.lines.add(sample.labels, family);
  if (known === undefined) into.newLineIds.push(line.id);
  cursor.value = sample.value;
  cursor.timestampMs = sample.timestampMs ?? Number.NaN;
  noteUnexpected(run, plan.texts.add(series, { line, family, type: undefined }));
  return undefined;
}

function readComment(run: Run, text: Span): undefined {
  const { plan } = run;
  if (!mayBeHelpOrType(run)) return;
  const known = plan.texts.find(text);
  if (known !== undefined) {
    noteUnexpected(run, known);
    return;
  }
  if (run.newComments >= COMMENTS_PER_LINE * run.limits.series) return;
  const comment = parseComment(new TextDecoder().decode(run.bytes.subarray(text.start, text.end)));
  if (comment === undefined) return;
  run.newComments++;
  const family = plan.families.named(comment.name);
  noteUnexpected(run, plan.texts.add(text, { line: undefined, family, type: comment.type }));
}

/** Saves the look-up and the decoding for all other comments, of which a hostile text can have millions. */
function mayBeHelpOrType({ cursor }: Run): boolean {
  cursor.at++;
  skipBlanks(cursor);
  return peek(cursor) === LETTER_H || peek(cursor) === LETTER_T;
}
