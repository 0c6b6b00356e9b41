// An explanation as JSON: value ← pods ← expressions ← series ← targets ← lines.
import type { EvidenceSource } from '../model/evidence.ts';
import type { DeviceReading, ExplainedAnswer, Findings, PodFinding, Subject } from '../model/explanation.ts';
import type { Inventory } from '../model/inventory.ts';
import { podKey } from '../model/pod.ts';
import type { Coverage, SignalAnswer } from '../model/signal.ts';
import type { TargetBook, TargetStatus } from '../model/target.ts';
import { evidenceOf, knownInstead } from './gaps.ts';
import { remedyFor } from './remedies.ts';
import { finite, type SeriesDocument, type SeriesOfPods } from './series.ts';
import { isoTime, type TargetDocument, targetDocument } from './targets.ts';

export interface ExplanationDocument {
  readonly metric: string;
  readonly unit: string;
  readonly help: string;
  readonly object: string;
  /** When it was evaluated. */
  readonly time: string;
  /** `embedded`, or the address of a remote engine. */
  readonly engine: string;
  /** How the values of pods become one: `Σ over the pods`. */
  readonly reduction: string;
  /** One for an object; for pods one each, of those told in detail and those nobody knows. */
  readonly answers: readonly AnswerDocument[];
  readonly expressions: readonly ExpressionDocument[];
  /** Those told in detail: missing ones that the answer lacks first, then by value from the largest. */
  readonly pods: readonly PodDocument[];
  readonly morePods: number;
  readonly targets: readonly TargetDocument[];
}

export interface AnswerDocument {
  /** `namespace/name`; left out for the one answer about an object. */
  readonly pod?: string;
  readonly value?: number;
  /** The value as Kubernetes writes it. */
  readonly quantity?: string;
  /** Of the newest sample in it. */
  readonly timestamp?: string;
  readonly windowSeconds?: number;
  readonly estimated?: boolean;
  readonly warnings?: readonly string[];
  readonly coverage?: {
    readonly expected: number;
    readonly contributing: number;
    readonly missing: readonly { readonly pod: string; readonly why: string }[];
    readonly moreMissing: number;
  };
  /** Why there is no value. */
  readonly absent?: { readonly reason: string; readonly detail: string; readonly remedy: string; readonly evidence: readonly string[] };
}

export interface ExpressionDocument {
  readonly role: 'value' | 'per' | 'waiting' | 'owners' | 'candidates';
  /** PromQL with the pods written out. */
  readonly expression: string;
  /** The same with `pods` in place of them. */
  readonly short: string;
}

export interface PodDocument {
  readonly pod: string;
  readonly node?: string;
  readonly ready: boolean;
  readonly readings?: readonly ReadingDocument[];
  readonly missing?: {
    readonly reason: string;
    readonly detail: string;
    readonly remedy: string;
    /** The answer should have held this pod. */
    readonly expected: boolean;
    readonly evidence: readonly string[];
  };
  /** Ids of the targets that speak of it. */
  readonly targets: readonly string[];
  readonly series: readonly SeriesDocument[];
  readonly moreSeries: number;
}

export interface ReadingDocument {
  readonly device: Readonly<Record<string, string>>;
  readonly value: number | null;
  /** The denominator. */
  readonly per?: number | null;
  /** What of the value waits. */
  readonly waiting?: number | null;
  readonly newest?: string;
}

export interface DocumentSources {
  readonly object: string;
  readonly subject: Subject;
  readonly series: SeriesOfPods;
  readonly evidence: EvidenceSource;
  /** Who computed it. */
  readonly engine: string;
  readonly inventory: Inventory;
  readonly book: Pick<TargetBook, 'get'>;
  /** A value as Kubernetes writes it. */
  readonly quantityOf: (value: number) => string;
}

const REDUCTIONS: Readonly<Record<Findings['across'], string>> = {
  sum: 'Σ over the pods',
  mean: 'mean over the devices of the pods, each once',
  max: 'the largest over the devices of the pods',
  ratio: 'Σ value ÷ Σ denominator over the pods',
  p95: 'the 95th percentile of all observations of the pods, by their buckets',
  skew: 'the largest pod ÷ the mean over the ready pods',
  hottest: 'of each model Σ value ÷ Σ denominator over the pods; the largest of these',
};

const MOST_MISSING = 20;

export function explanationDocument(findings: Findings, sources: DocumentSources): ExplanationDocument {
  const { info, across, atMs, answers, pods, podCount, expressions } = findings;
  const told = pods.map((finding) => podDocument(finding, findings, sources));
  return {
    metric: info.name,
    unit: info.unit,
    help: info.help,
    object: sources.object,
    time: isoTime(atMs),
    engine: sources.engine,
    reduction: REDUCTIONS[across],
    answers: answers.map((answer) => answerDocument(answer, sources)),
    expressions: expressions.map(({ role, text, short }) => ({ role, expression: text, short })),
    pods: told,
    morePods: podCount - pods.length,
    targets: targetsOf(pods, told, sources.book).map((status) => targetDocument(status, atMs)),
  };
}

function answerDocument({ pod, answer }: ExplainedAnswer, sources: DocumentSources): AnswerDocument {
  if (pod === undefined) return answered(answer, sources);
  return { pod: podKey(pod), ...answered(answer, { ...sources, subject: { kind: 'pods', pods: [pod] } }) };
}

function answered(answer: SignalAnswer, sources: DocumentSources): AnswerDocument {
  if (answer.kind === 'absent') {
    const { reason, detail } = answer;
    const evidence = reason === 'no-object' ? knownInstead(sources.subject, sources.inventory) : [];
    return { absent: { reason, detail, remedy: remedyFor(reason), evidence } };
  }
  const { value, newestMs, windowMs, coverage, estimated, warnings } = answer;
  return {
    value,
    quantity: sources.quantityOf(value),
    timestamp: isoTime(newestMs),
    ...(windowMs !== undefined && { windowSeconds: windowMs / 1000 }),
    estimated,
    warnings,
    coverage: coverageDocument(coverage),
  };
}

function coverageDocument({ expected, contributing, missing }: Coverage): NonNullable<AnswerDocument['coverage']> {
  const named = missing.slice(0, MOST_MISSING).map(({ pod, why }) => ({ pod: podKey(pod), why }));
  return { expected, contributing, missing: named, moreMissing: missing.length - named.length };
}

function podDocument(finding: PodFinding, findings: Findings, { series, evidence }: DocumentSources): PodDocument {
  const { pod, targets } = finding;
  const key = podKey(pod);
  const ofPod = series.byPod.get(key) ?? [];
  return {
    pod: key,
    ...(pod.node !== undefined && { node: pod.node }),
    ready: pod.ready,
    ...(finding.kind === 'read'
      ? { readings: finding.readings.map(readingDocument) }
      : {
          missing: {
            reason: finding.absent.reason,
            detail: finding.absent.detail,
            remedy: remedyFor(finding.absent.reason),
            expected: finding.expected,
            evidence: evidenceOf(finding, { findings, series: ofPod, evidence }),
          },
        }),
    targets: targets.map(({ target }) => target.id),
    series: ofPod,
    moreSeries: series.more.get(key) ?? 0,
  };
}

function readingDocument({ device, value, per, waiting, newestMs }: DeviceReading): ReadingDocument {
  return {
    device: Object.fromEntries(device),
    value: finite(value),
    ...(per !== undefined && { per: finite(per) }),
    ...(waiting !== undefined && { waiting: finite(waiting) }),
    ...(newestMs !== undefined && { newest: isoTime(newestMs) }),
  };
}

/** Those of the pods and of their series, each once. */
function targetsOf(findings: readonly PodFinding[], told: readonly PodDocument[], book: Pick<TargetBook, 'get'>): readonly TargetStatus[] {
  const found = new Map(findings.flatMap(({ targets }) => targets).map((status) => [status.target.id, status]));
  for (const id of told.flatMap(({ series }) => series.map(({ target }) => target))) {
    const status = found.has(id) ? undefined : book.get(id);
    if (status !== undefined) found.set(id, status);
  }
  return [...found.values()];
}
