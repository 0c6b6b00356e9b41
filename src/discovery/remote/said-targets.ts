// Targets as a remote engine tells of them: by their `up`, and how often they are read and what they are.
import type { Labels } from '../../model/labels.ts';
import { METRIC_NAME } from '../../model/labels.ts';
import type { InstantSeries } from '../../model/query-engine.ts';
import { SCRAPE_INTERVAL, SOURCE_NAMES, type SourceName } from '../../model/target.ts';

/** What is said of one target. */
export interface SaidTarget {
  /** One for each job and instance. */
  readonly id: string;
  readonly job: string;
  readonly source: SourceName;
  readonly intervalMs: number;
  /** As its collector gave them to all of its series. */
  readonly labels: Labels;
  readonly up: boolean;
  /** When it was last tried. */
  readonly triedMs: number;
  /** Whether it was up a window before. */
  readonly wasUp: boolean;
}

const PART = '__part__';
const KNOWN = `and on (job, instance) ${SCRAPE_INTERVAL}`;

/** One question for all that is asked. An `up` of which no collector says the interval is of somebody else's targets. */
export function targetsQuery(windowMs: number): string {
  const parts = {
    interval: SCRAPE_INTERVAL,
    up: `up ${KNOWN}`,
    tried: `timestamp(up) ${KNOWN}`,
    before: `up offset ${Math.ceil(windowMs / 1000)}s ${KNOWN}`,
  };
  return Object.entries(parts)
    .map(([name, expr]) => `label_replace(${expr}, "${PART}", "${name}", "", "")`)
    .join(' or ');
}

/** Those of which all is said that is needed. */
export function saidTargets(series: readonly InstantSeries[]): readonly SaidTarget[] {
  const parts = Map.groupBy(series, ({ labels }) => idOf(labels));
  return [...parts].flatMap(([id, of]) => {
    const part = (name: string): InstantSeries | undefined => of.find(({ labels }) => labels.get(PART) === name);
    const [interval, up, tried] = [part('interval'), part('up'), part('tried')];
    const source = SOURCE_NAMES.find((name) => name === interval?.labels.get('source'));
    if (interval === undefined || up === undefined || tried === undefined || source === undefined || !(interval.value > 0)) return [];
    const labels = new Map([...up.labels].filter(([name]) => name !== PART && name !== METRIC_NAME));
    const job = labels.get('job') ?? '';
    const times = { intervalMs: interval.value * 1000, triedMs: Math.round(tried.value * 1000) };
    return [{ id, job, source, labels, up: up.value === 1, wasUp: part('before')?.value === 1, ...times }];
  });
}

function idOf(labels: Labels): string {
  return `${labels.get('job') ?? ''}|${labels.get('instance') ?? ''}`;
}
