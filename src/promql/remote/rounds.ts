// One question for all who ask the same at the same time: an expression is asked once a bucket of time, twice where somebody comes
// with pods that nobody had asked about, however many autoscalers there are.
import { Recent } from '../../lib/recent.ts';
import { type PodRef, type PodSet, podKey, podSetOf } from '../../model/pod.ts';
import type { InstantResult, InstantSeries } from '../../model/query-engine.ts';
import { KEPT_MS, PodInterest } from './pod-interest.ts';
import { podOf } from './results.ts';

/** The pods that one asking is about; `everybody` is every pod that signals know. */
export type AskedPods =
  | { readonly kind: 'none' }
  | { readonly kind: 'pods'; readonly pods: readonly PodRef[] }
  /** Every pod of the namespaces; undefined: of all. */
  | { readonly kind: 'namespaces'; readonly namespaces: readonly string[] | undefined };

export interface RoundOptions {
  /** Asks the engine. The pods of each series of the result are told apart by its labels, unless it is about none. */
  readonly ask: (asked: {
    readonly expr: string;
    readonly liveMs: number | undefined;
    readonly timeMs: number;
    readonly pods: AskedPods;
  }) => Promise<InstantResult>;
  readonly bucketMs: number;
  /** More pods than this are asked by their namespaces, where several questions are asked as one. */
  readonly mostNamed: number;
  /** Those of all pods that signals know. */
  readonly namespaces: () => readonly string[];
  /** Told of each question that another one's answer answers. */
  readonly shared: () => void;
}

export interface RoundQuestion {
  readonly expr: string;
  readonly liveMs: number | undefined;
  readonly timeMs: number;
  /** Undefined where the expression asks for no pod set. */
  readonly podSet: PodSet | undefined;
}

/** One asking of a bucket. */
interface Part {
  readonly covers: (pods: PodSet) => boolean;
  readonly answer: Promise<Answer>;
}

interface Answer {
  readonly result: InstantResult;
  /** Series of each pod; undefined where they are not told apart. */
  readonly byPod: ReadonlyMap<string, readonly InstantSeries[]> | undefined;
}

interface Round {
  readonly bucket: number;
  readonly parts: readonly Part[];
}

/** Expressions: those of a catalogue with some selectors each. */
const MOST_EXPRESSIONS = 2000;
/** Namespaces written out; with more all are asked. */
const MOST_NAMESPACES = 100;

interface Known {
  readonly interest: PodInterest;
  /** By bucket, the last few: clocks of questions are not quite in order. */
  rounds: readonly Round[];
  /** When it was last asked. */
  usedMs: number;
}

const KEPT_ROUNDS = 2;

export class Rounds {
  readonly #options: RoundOptions;
  readonly #known = new Recent<Known>({ limit: MOST_EXPRESSIONS, weigh: () => 1 });

  constructor(options: RoundOptions) {
    this.#options = options;
  }

  /** Rejects as `ask` does; who comes later in the bucket then gets the same reason. */
  async ask(question: RoundQuestion): Promise<InstantResult> {
    const { podSet } = question;
    const key = `${question.liveMs ?? ''} ${question.expr}`;
    const known = this.#known.get(key) ?? { interest: new PodInterest(), rounds: [], usedMs: question.timeMs };
    known.usedMs = question.timeMs;
    this.#known.set(key, known);
    // Answers are large, and nobody gets one of them again.
    this.#known.dropOldest(({ usedMs }) => question.timeMs - usedMs > KEPT_MS);
    const bucket = Math.floor(question.timeMs / this.#options.bucketMs);
    if (podSet !== undefined) known.interest.ask(podSet, question.timeMs);
    const parts = known.rounds.find((round) => round.bucket === bucket)?.parts ?? [];
    const there = parts.find((part) => podSet === undefined || part.covers(podSet));
    if (there !== undefined) {
      this.#options.shared();
      return podsOf(await there.answer, podSet);
    }
    const part = this.#begin(question, { bucket, isFirst: parts.length === 0, interest: known.interest });
    const others = known.rounds.filter((round) => round.bucket !== bucket).slice(-KEPT_ROUNDS);
    known.rounds = [...others, { bucket, parts: [...parts, part] }];
    return podsOf(await part.answer, podSet);
  }

  #begin({ expr, liveMs, podSet }: RoundQuestion, beginning: Beginning): Part {
    const pods = this.#podsToAsk(podSet, beginning);
    const answer = this.#options
      .ask({ expr, liveMs, timeMs: beginning.bucket * this.#options.bucketMs, pods })
      .then((result) => ({ result, byPod: pods.kind === 'none' ? undefined : indexed(result) }));
    // Whoever asked is told; the round itself waits for nobody.
    answer.catch(() => {});
    return { covers: coverageOf(pods), answer };
  }

  /** Where others were asked for already everybody is: then nobody has to ask a third time. */
  #podsToAsk(podSet: PodSet | undefined, { isFirst, interest }: Beginning): AskedPods {
    if (podSet === undefined) return { kind: 'none' };
    if (isFirst && interest.size <= 1) return { kind: 'pods', pods: podSet.pods };
    const pods = interest.pods();
    if (isFirst && pods.length <= this.#options.mostNamed) return { kind: 'pods', pods };
    const others = isFirst ? [] : this.#options.namespaces();
    return { kind: 'namespaces', namespaces: few([...new Set([...others, ...pods.map(({ namespace }) => namespace)])]) };
  }
}

interface Beginning {
  readonly bucket: number;
  readonly isFirst: boolean;
  readonly interest: PodInterest;
}

function few(namespaces: readonly string[]): readonly string[] | undefined {
  return namespaces.length > 0 && namespaces.length <= MOST_NAMESPACES ? namespaces : undefined;
}

function coverageOf(asked: AskedPods): (pods: PodSet) => boolean {
  switch (asked.kind) {
    case 'none':
      return () => true;
    case 'pods': {
      const all = podSetOf(asked.pods);
      return ({ pods }) => pods.every(({ namespace, name }) => all.has(namespace, name));
    }
    case 'namespaces': {
      const { namespaces } = asked;
      if (namespaces === undefined) return () => true;
      const all = new Set(namespaces);
      return ({ pods }) => pods.every(({ namespace }) => all.has(namespace));
    }
  }
}

function indexed(result: InstantResult): ReadonlyMap<string, readonly InstantSeries[]> | undefined {
  return result.kind === 'vector' ? Map.groupBy(result.series, ({ labels }) => podOf(labels)) : undefined;
}

/** What of an answer is about the pods asked for. */
function podsOf({ result, byPod }: Answer, podSet: PodSet | undefined): InstantResult {
  if (podSet === undefined || byPod === undefined || result.kind !== 'vector') return result;
  return { ...result, series: podSet.pods.flatMap((pod) => byPod.get(podKey(pod)) ?? []) };
}
