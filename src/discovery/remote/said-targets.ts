// Targets as a remote engine tells of them: by their `up`, and how often they are read and what they are.
import type { Labels } from '../../model/labels.ts';
import { METRIC_NAME } from '../../model/labels.ts';
import type { InstantSeries } from '../../model/query-engine.ts';
import { SCRAPE_INTERVAL, SOURCE_NAMES, type SourceName } from '../../model/target.ts';

export interface KnownTarget {
  /** One for each job and instance. */
  readonly id: string;
  readonly job: string;
  readonly source: SourceName;
  readonly intervalMs: number;
  /** As its collector gave them to all of its series. */
  readonly labels: Labels;
}

/** What is said of one target now. */
export interface SaidTarget extends KnownTarget {
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
  return joined(parts);
}

/** The same, and what was said within a while before: whoever asks for the first time does not know what is missing. */
export function firstTargetsQuery(windowMs: number, beforeMs: number): string {
  const range = `[${Math.ceil(beforeMs / 1000)}s]`;
  const parts = { lastUp: `last_over_time(up${range})`, lastInterval: `last_over_time(${SCRAPE_INTERVAL}${range})` };
  return `${targetsQuery(windowMs)} or ${joined(parts)}`;
}

function joined(parts: Readonly<Record<string, string>>): string {
  return Object.entries(parts)
    .map(([name, expr]) => `label_replace(${expr}, "${PART}", "${name}", "", "")`)
    .join(' or ');
}

/** Those of which all is said that is needed. */
export function saidTargets(series: readonly InstantSeries[]): readonly SaidTarget[] {
  return partsById(series).flatMap(({ id, part }) => {
    const [up, tried] = [part('up'), part('tried')];
    const known = knownFrom(id, up, part('interval'));
    if (known === undefined || tried === undefined) return [];
    return [{ ...known, up: up?.value === 1, wasUp: part('before')?.value === 1, triedMs: Math.round(tried.value * 1000) }];
  });
}

/** Those of the first question that were there before; some of them may be there still. */
export function targetsBefore(series: readonly InstantSeries[]): readonly KnownTarget[] {
  return partsById(series).flatMap(({ id, part }) => knownFrom(id, part('lastUp'), part('lastInterval')) ?? []);
}

function partsById(series: readonly InstantSeries[]) {
  const parts = Map.groupBy(series, ({ labels }) => idOf(labels));
  return [...parts].map(([id, of]) => ({
    id,
    part: (name: string): InstantSeries | undefined => of.find(({ labels }) => labels.get(PART) === name),
  }));
}

function knownFrom(id: string, up: InstantSeries | undefined, interval: InstantSeries | undefined): KnownTarget | undefined {
  const source = SOURCE_NAMES.find((name) => name === interval?.labels.get('source'));
  if (interval === undefined || up === undefined || source === undefined || !(interval.value > 0)) return undefined;
  const labels = new Map([...up.labels].filter(([name]) => name !== PART && name !== METRIC_NAME));
  return { id, job: labels.get('job') ?? '', source, labels, intervalMs: interval.value * 1000 };
}

function idOf(labels: Labels): string {
  return `${labels.get('job') ?? ''}|${labels.get('instance') ?? ''}`;
}
