// GET /api/plimsoll/explain: where a number comes from, or why there is none.
import type { Config } from '../config/schema.ts';
import type { Clock } from '../lib/clock.ts';
import type { EvidenceSource } from '../model/evidence.ts';
import type { Findings, SignalExplainer } from '../model/explanation.ts';
import type { Inventory } from '../model/inventory.ts';
import { QueryError } from '../model/query-engine.ts';
import { QUERY_FAILURE_CODES } from '../model/query-failure-code.ts';
import type { Signals } from '../model/signal.ts';
import type { TargetBook } from '../model/target.ts';
import { ApiError, type PlimsollQuestion, type PlimsollRoute } from './app.ts';
import { type ExplanationDocument, explanationDocument } from './document.ts';
import { type ExplainedResource, readQuestion } from './question.ts';
import { type SeriesSources, seriesOfPods } from './series.ts';

export interface ExplainServices {
  readonly signals: Signals & SignalExplainer;
  /** Asked at each question, so that a reload may replace it. */
  readonly inventory: () => Inventory;
  readonly evidence: EvidenceSource;
  /** Who computes signals: `embedded`, or the address of a remote engine. */
  readonly engine: string;
  readonly book: Pick<TargetBook, 'get'>;
  readonly resources: readonly ExplainedResource[];
  readonly limits: () => Pick<Config['limits'], 'query_samples' | 'query_timeout'>;
  readonly clock: Clock;
  /** A value as Kubernetes writes it. */
  readonly quantityOf: (value: number) => string;
  readonly writeLine: SeriesSources['writeLine'];
  /** What is written, without secrets. */
  readonly redact: (document: unknown) => unknown;
}

/** Pods told in detail: a person reads no more, and the ones that matter come first. */
const MOST_PODS = 10;

export function explainRoute(services: ExplainServices): PlimsollRoute {
  return {
    path: '/explain',
    usage: '/explain?metric=METRIC&object=deployments.apps/NAMESPACE/NAME',
    answer: async (question) => {
      try {
        return services.redact(await explanationOf(question, services));
      } catch (error) {
        if (!(error instanceof QueryError)) throw error;
        throw new ApiError(QUERY_FAILURE_CODES[error.failure], error.message);
      }
    },
  };
}

async function explanationOf({ query, abortSignal }: PlimsollQuestion, services: ExplainServices): Promise<ExplanationDocument> {
  const { signals, clock, evidence, engine, book, quantityOf, writeLine } = services;
  const inventory = services.inventory();
  const { object, ...question } = readQuestion(query, { signals: signals.list(), resources: services.resources, inventory });
  const findings = await signals.explain({ ...question, mostPods: MOST_PODS, abortSignal });
  const limits = services.limits();
  const scope = { deadlineMs: clock.nowMs() + limits.query_timeout, sampleBudget: limits.query_samples, abortSignal };
  const series = await seriesOfPods(findings, { evidence, scope, writeLine });
  return explanationDocument(selected(findings, object), {
    object,
    subject: question.subject,
    series,
    evidence,
    engine,
    inventory,
    book,
    quantityOf,
  });
}

/** A question about all pods that a selector leaves has no answer when it leaves none. */
function selected(findings: Findings, object: string): Findings {
  if (findings.answers.length > 0) return findings;
  const detail = `no pod is selected by ${object}: the namespace is empty, or labelSelector leaves none; then an HPA gets an empty list`;
  return { ...findings, answers: [{ pod: undefined, answer: { kind: 'absent', reason: 'no-object', detail } }] };
}
