// Reviews by the API server: is this token good, may this user do that. Asked with a deadline, again when it does not answer.
import * as z from 'zod';
import type { Clock } from '../lib/clock.ts';
import { within } from '../lib/deadline.ts';
import { type KubeAnswer, type KubeClient, KubeUnreachable } from '../lib/kube/client.ts';
import type { Log } from '../model/log.ts';
import type { AuthTelemetry } from './telemetry.ts';

export type ReviewKind = 'tokenreviews' | 'subjectaccessreviews';

/** No answer could be had. The message may be shown to who asks; the log has the particulars. */
export class ReviewFailed extends Error {
  override readonly name = 'ReviewFailed';
}

export interface Reviews {
  /** The status of the review. Rejects with a ReviewFailed. */
  review(kind: ReviewKind, spec: object): Promise<unknown>;
}

interface ReviewsOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Log;
  readonly telemetry: AuthTelemetry;
}

/** For all tries together, as k8s.io/apiserver allows a TokenReview. */
const DEADLINE_MS = 10_000;
/** As `WebhookRetryBackoff` of k8s.io/apiserver pkg/server/options. */
const TRIES = 5;
const FIRST_PAUSE_MS = 500;
const PAUSE_FACTOR = 1.5;

const API_VERSIONS: Readonly<Record<ReviewKind, readonly [apiVersion: string, kind: string]>> = {
  tokenreviews: ['authentication.k8s.io/v1', 'TokenReview'],
  subjectaccessreviews: ['authorization.k8s.io/v1', 'SubjectAccessReview'],
};

const reviewed = z.object({ status: z.unknown() });
const failure = z.object({ message: z.string() });
const MOST_LOGGED_CHARACTERS = 500;

export function createReviews({ client, clock, log, telemetry }: ReviewsOptions): Reviews {
  /** What each kind last failed by; it is logged when it changes, not each time. */
  const failing = new Map<ReviewKind, string>();

  function noteResult(kind: ReviewKind, why: string | undefined): void {
    const before = failing.get(kind);
    if (why === before) return;
    if (why === undefined) {
      failing.delete(kind);
      log.info({ review: kind }, 'reviews by the API server work again');
    } else {
      failing.set(kind, why);
      log.error({ review: kind, server: client.server, why }, 'reviews by the API server fail; requests that need them are refused');
    }
  }

  async function review(kind: ReviewKind, spec: object): Promise<unknown> {
    const startMs = clock.nowMs();
    const outcome = await within({ clock, ms: DEADLINE_MS }, ({ signal }) => tries({ client, clock, kind, spec, signal }));
    noteResult(kind, outcome.why);
    telemetry.reviewed({ kind, ok: outcome.why === undefined, seconds: (clock.nowMs() - startMs) / 1000 });
    if (outcome.why !== undefined) throw new ReviewFailed(`the API server did not answer ${kind}; the log of Plimsoll says why`);
    return outcome.status;
  }
  return { review };
}

interface Asked {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly kind: ReviewKind;
  readonly spec: object;
  readonly signal: AbortSignal;
}

interface Outcome {
  readonly status?: unknown;
  /** Why there is no status. */
  readonly why?: string;
}

async function tries(asked: Asked): Promise<Outcome> {
  let pauseMs = FIRST_PAUSE_MS;
  for (let tried = 1; ; tried += 1) {
    const { again, ...outcome } = await askOnce(asked);
    if (!again || tried === TRIES || asked.signal.aborted) return outcome;
    await asked.clock.sleep(pauseMs, asked.signal);
    if (asked.signal.aborted) return outcome;
    pauseMs *= PAUSE_FACTOR;
  }
}

async function askOnce({ client, kind, spec, signal }: Asked): Promise<Outcome & { readonly again: boolean }> {
  const [apiVersion, objectKind] = API_VERSIONS[kind];
  let answer: KubeAnswer;
  try {
    answer = await client.request({
      method: 'POST',
      path: `/apis/${apiVersion}/${kind}`,
      body: { apiVersion, kind: objectKind, spec },
      signal,
    });
  } catch (error) {
    if (!(error instanceof KubeUnreachable)) throw error;
    return { why: signal.aborted ? `no answer within ${DEADLINE_MS / 1000} s: ${error.message}` : error.message, again: true };
  }
  const isDone = answer.status === 200 || answer.status === 201;
  const { data } = reviewed.safeParse(answer.json);
  if (isDone && data?.status !== undefined) return { status: data.status, again: false };
  return { why: isDone ? 'the answer is no review' : refusalOf(answer, kind), again: answer.status === 429 || answer.status >= 500 };
}

function refusalOf({ status, json }: KubeAnswer, kind: ReviewKind): string {
  const said = failure.safeParse(json).data?.message.slice(0, MOST_LOGGED_CHARACTERS) ?? '';
  const remedy =
    status === 403 ? `; bind the ClusterRole system:auth-delegator, which may create ${kind}, to the service account of Plimsoll` : '';
  return `the API server answered ${status}${said === '' ? '' : `: ${said}`}${remedy}`;
}
