// The canonical GPU values of a document, one per series, as the store would hold them.

import type { Warning } from '../../model/fact.ts';
import { type Labels, labelsKey, METRIC_NAME } from '../../model/labels.ts';
import type { RowWrite } from '../../model/line.ts';
import type { SourceName, Target } from '../../model/target.ts';
import { CANONICAL_SERIES } from '../../sources/canonical.ts';
import { compileRow } from '../../sources/index.ts';
import type { Document } from './document.ts';
import type { Reading } from './reading.ts';

export interface GpuReadings {
  readonly readings: readonly Reading[];
  readonly warnings: readonly Warning[];
}

/** Duplicates of one series count once, with the largest value, as in the store. */
export function gpuReadings(document: Document, source: SourceName): GpuReadings {
  const target = nowhere(source);
  const bySeries = new Map<string, Reading>();
  const blanks = new Map<string, number>();
  let duplicates = 0;
  for (const sample of document.samples) {
    for (const write of compileRow(sample.line, target)) {
      if (write.isBlank?.(sample.value) === true) {
        blanks.set(sample.name, sample.value);
        continue;
      }
      const key = labelsKey(write.labels);
      const reading = readingOf(write, sample.value);
      const known = bySeries.get(key);
      if (known !== undefined) duplicates += 1;
      if (known === undefined || known.value < reading.value) bySeries.set(key, reading);
    }
  }
  const warnings = [...blanks].map(([raw, value]) => blank(raw, value));
  if (duplicates > 0) warnings.push(repeated(duplicates));
  return { readings: [...bySeries.values()], warnings };
}

/** A target that is known by nothing but what it says. */
function nowhere(source: SourceName): Target {
  return { id: '', job: '', source, url: '', labels: new Map(), honorLabels: false, intervalMs: 0, timeoutMs: 0 };
}

function readingOf(write: RowWrite, raw: number): Reading {
  const name = write.labels.get(METRIC_NAME) ?? '';
  const unit = CANONICAL_SERIES.find((series) => series.name === name)?.unit ?? '';
  return { name, labels: shown(write.labels), value: raw * write.scale, unit };
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
    message: `${lines} lines repeat the value of a GPU, once per pod or job that shares it: the largest counts, never the sum`,
  };
}
