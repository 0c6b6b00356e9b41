// The canonical values of a document, one per series, as the store would hold them.
import { scaled } from '../../lib/scale.ts';
import type { Warning } from '../../model/fact.ts';
import { type Labels, labelsKey, METRIC_NAME } from '../../model/labels.ts';
import type { RowWrite } from '../../model/line.ts';
import type { SourceName, Target } from '../../model/target.ts';
import { EVERY_SERIES } from '../../sources/every-series.ts';
import { createTargetReader } from '../../sources/index.ts';
import type { Document } from './document.ts';
import type { Reading } from './reading.ts';

export interface CanonicalReadings {
  readonly readings: readonly Reading[];
  readonly warnings: readonly Warning[];
}

/** Duplicates of one series count once, with the largest value, as in the store. */
export function canonicalReadings(document: Document, source: SourceName): CanonicalReadings {
  const reader = createTargetReader({ target: nowhere(source), aliases: () => [] });
  const lines = document.samples.map((sample) => ({ ...sample, writes: reader.compile(sample.line) }));
  settleUnits(lines);
  const bySeries = new Map<string, Reading>();
  const blanks = new Map<string, number>();
  let duplicates = 0;
  for (const sample of lines) {
    for (const write of sample.writes) {
      if (write.isBlank?.(sample.value) === true) {
        blanks.set(sample.name, sample.value);
        continue;
      }
      const key = labelsKey(write.labels);
      const reading = readingOf(write, sample.value);
      if (Number.isNaN(reading.value)) continue;
      const known = bySeries.get(key);
      if (known !== undefined) duplicates += 1;
      if (known === undefined || known.value < reading.value) bySeries.set(key, reading);
    }
  }
  const warnings = [...[...blanks].filter(isOdd).map(([raw, value]) => blank(raw, value)), ...reader.warnings()];
  // A Jetson's line says parts of its one GPU, of which there is no other way to speak.
  if (duplicates > 0 && source !== 'tegrastats') warnings.push(repeated(duplicates));
  return { readings: [...bySeries.values()], warnings };
}

/** A value that shows the unit of its family may come after one that does not. */
function settleUnits(lines: readonly { readonly value: number; readonly writes: readonly RowWrite[] }[]): void {
  for (const { value, writes } of lines) {
    for (const { isBlank, convert } of writes) if (isBlank?.(value) !== true) convert?.(value);
  }
}

/** A target that is known by nothing but what it says. */
function nowhere(source: SourceName): Target {
  return { id: '', job: '', source, url: '', labels: new Map(), honorLabels: false, intervalMs: 0, timeoutMs: 0 };
}

/** Sizes of Triton's host are 0 until its first poll. */
function isOdd([raw, value]: readonly [string, number]): boolean {
  return value !== 0 || !/^nv_(?:cpu|pinned)_/.test(raw);
}

function readingOf(write: RowWrite, raw: number): Reading {
  const name = write.labels.get(METRIC_NAME) ?? '';
  const unit = EVERY_SERIES.find((series) => series.name === name)?.unit ?? '';
  return { name, labels: shown(write.labels), value: write.convert?.(raw) ?? scaled(raw, write.scale), unit };
}

function shown(labels: Labels): Record<string, string> {
  return Object.fromEntries([...labels].filter(([name, value]) => name !== METRIC_NAME && value !== ''));
}

function blank(raw: string, value: number): Warning {
  return { code: 'sentinel', message: `${raw} says ${value}, which stands for "not known": left out` };
}

function repeated(lines: number): Warning {
  return {
    code: 'duplicate-readings',
    message: `${lines} lines repeat a value, as that of a GPU once per pod or job that shares it: the largest counts, never the sum`,
  };
}
