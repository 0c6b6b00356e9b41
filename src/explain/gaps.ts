// What shows that a number is missing, and what is there instead.
import { nearest } from '../lib/nearest.ts';
import type { EvidenceSource } from '../model/evidence.ts';
import type { Findings, PodFinding, Subject } from '../model/explanation.ts';
import type { Inventory, ObjectRef } from '../model/inventory.ts';
import { METRIC_NAME } from '../model/labels.ts';
import type { AbsentReason } from '../model/signal.ts';
import { OF_COUNTERS, type SeriesDocument } from './series.ts';

/** Reasons that lie in what the targets say; the others are told by the targets' own states. */
const ABOUT_SERIES: readonly AbsentReason[] = ['no-data', 'ambiguous', 'not-finite'];
const MOST_NAMED = 5;

export interface GapSources {
  readonly findings: Findings;
  /** Of the pod. */
  readonly series: readonly SeriesDocument[];
  readonly evidence: EvidenceSource;
}

/** Sentences about a pod that has no number, from what its targets say. */
export function evidenceOf(finding: PodFinding, { findings, series, evidence }: GapSources): readonly string[] {
  if (finding.kind === 'read' || !ABOUT_SERIES.includes(finding.absent.reason)) return [];
  const reads = findings.expressions.flatMap((expression) => expression.reads);
  const wanted = [...new Set(reads.flatMap(({ matchers }) => nameOf(matchers)))];
  const gaps = finding.targets.flatMap(({ target }) => {
    const families = evidence.families(target.id);
    const lacking = wanted.filter((name) => isLacking(evidence.feeding(name), families));
    if (lacking.length === 0) return [];
    const instance = target.labels.get('instance') ?? target.job;
    return [
      `${instance} says ${families.size === 1 ? 'one family' : `${families.size} families`}, and none for ${listed(lacking)}${nearestText(lacking, families)}`,
    ];
  });
  return [...gaps, ...leftOutModels(series), ...singleSamples(series)];
}

/** What is said of models that must not count. */
function leftOutModels(series: readonly SeriesDocument[]): readonly string[] {
  const said = series.flatMap(({ labels, leftOut }) =>
    leftOut === undefined ? [] : [`${labels['model'] ?? ''} does not count: ${leftOut}`],
  );
  return [...new Set(said)].slice(0, MOST_NAMED);
}

/** A rate takes two samples. */
function singleSamples(series: readonly SeriesDocument[]): readonly string[] {
  const single = series.filter(
    ({ range, leftOut }) => leftOut === undefined && range !== undefined && range.samples < 2 && OF_COUNTERS.includes(range.through),
  );
  if (single.length === 0) return [];
  return [
    `${single.length} of its series have one sample in their window so far, and a rate takes two: ${listed([...new Set(single.map(({ name }) => name))])}`,
  ];
}

/** Objects that may be meant by one that is not known. */
export function knownInstead(subject: Subject, inventory: Inventory): readonly string[] {
  if (subject.kind === 'external') return [];
  const pod = subject.kind === 'pods' ? subject.pods[0] : undefined;
  const object =
    subject.kind === 'object' ? subject.object : { group: '', resource: 'pods', namespace: pod?.namespace ?? '', name: pod?.name ?? '' };
  const { resource, namespace, name } = object;
  const names = namesOf(object, inventory);
  if (names.length > 0) {
    const meant = nearest(name, names);
    return [`known ${resource}${namespace === undefined ? '' : ` of ${namespace}`}: ${listed(meant === undefined ? names : [meant])}`];
  }
  const namespaces = [...new Set(inventory.allPods().map((one) => one.namespace))];
  if (namespaces.length === 0) return ['no pod is known at all'];
  return [
    `no ${resource} are known there; pods are known in ${namespaces.length === 1 ? 'namespace' : 'namespaces'} ${listed(namespaces)}`,
  ];
}

function namesOf({ group, resource, namespace }: ObjectRef, inventory: Inventory): readonly string[] {
  if (group === '' && resource === 'pods') {
    return inventory
      .allPods()
      .filter((pod) => pod.namespace === namespace)
      .map(({ name }) => name);
  }
  return inventory.objects({ group, resource, ...(namespace !== undefined && { namespace }) }).map(({ name }) => name);
}

function nameOf(matchers: readonly { readonly name: string; readonly operator: string; readonly value: string }[]): readonly string[] {
  return matchers.filter(({ name, operator }) => name === METRIC_NAME && operator === '=').map(({ value }) => value);
}

function isLacking(feeding: readonly string[], families: ReadonlySet<string>): boolean {
  return feeding.length > 0 && !feeding.some((family) => families.has(family));
}

function nearestText(lacking: readonly string[], families: ReadonlySet<string>): string {
  const near = lacking.flatMap((name) => nearest(name, [...families]) ?? []);
  return near.length === 0 ? '' : `; the nearest it has are ${listed([...new Set(near)])}`;
}

function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return names.slice(0, MOST_NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
