// Lines and targets in as few words as a table needs.
import { labelsOf } from '../../src/model/labels.ts';
import type { Line, RowWrite } from '../../src/model/line.ts';
import type { SourceName, Target } from '../../src/model/target.ts';
import { createTargetReader } from '../../src/sources/index.ts';

export function lineOf(name: string, labels: Readonly<Record<string, string>>): Line {
  return { labels: labelsOf({ __name__: name, ...labels }), type: 'gauge' };
}

export function targetOf(source: SourceName, labels: Readonly<Record<string, string>> = {}): Target {
  return {
    id: 't',
    job: 'j',
    source,
    url: 'http://t/metrics',
    labels: labelsOf(labels),
    honorLabels: false,
    intervalMs: 5000,
    timeoutMs: 2500,
  };
}

/** The canonical writes of one line at a target that was never read before. */
export function compileRow(line: Line, target: Target): readonly RowWrite[] {
  return createTargetReader({ target, aliases: () => [] }).compile(line);
}
