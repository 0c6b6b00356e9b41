// Names that only Plimsoll's own series have, so that no exposition can forge what signals are made of.
import { FACT_NAMES } from '../../facts/names.ts';
import type { Warning } from '../../model/fact.ts';
import { type Labels, METRIC_NAME } from '../../model/labels.ts';
import type { Line } from '../../model/line.ts';
import { SCRAPE_INTERVAL } from '../../model/target.ts';
import { EVERY_SERIES } from '../../sources/every-series.ts';

/** What is noted of each attempt to read a target. */
export const REPORT = {
  up: 'up',
  duration: 'scrape_duration_seconds',
  samples: 'scrape_samples_scraped',
  interval: SCRAPE_INTERVAL,
} as const;

const RESERVED: ReadonlySet<string> = new Set([...Object.values(REPORT), ...FACT_NAMES, ...EVERY_SERIES.map(({ name }) => name)]);

/** The labels of a raw series: as said, but a reserved name becomes `exported_<name>`, as labels do that a target has already. */
export function unreserved(labels: Labels): Labels {
  const name = labels.get(METRIC_NAME) ?? '';
  return RESERVED.has(name) ? new Map([...labels, [METRIC_NAME, exported(name)]]) : labels;
}

/** At most one warning, which names every reserved name that lines have. */
export function reservedNameWarnings(lines: Iterable<Line>): readonly Warning[] {
  const said = new Set<string>();
  for (const { labels } of lines) {
    const name = labels.get(METRIC_NAME) ?? '';
    if (RESERVED.has(name)) said.add(name);
  }
  if (said.size === 0) return [];
  const renamed = [...said].sort().map((name) => `${name} as ${exported(name)}`);
  const message = `the target says series under names that are Plimsoll’s own, and they are no facts: kept are ${renamed.join(', ')}; a family that means the same is explained under aliases`;
  return [{ code: 'reserved-name', message }];
}

function exported(name: string): string {
  return `exported_${name}`;
}
