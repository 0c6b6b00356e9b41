// Why a list or a watch failed, and what it means for the next try.
import { KubeRefused, KubeUnreachable, type UnreachableReason } from './client.ts';

export type FailureReason =
  | Exclude<UnreachableReason, 'aborted'>
  | 'unauthorized'
  | 'forbidden'
  /** The resource does not exist. */
  | 'missing'
  /** The server has forgotten the state that was asked for. */
  | 'expired'
  /** Another status. */
  | 'refused'
  | 'over-limit';

export interface FollowFailure {
  readonly reason: FailureReason;
  /** In words, without secrets. */
  readonly message: string;
  /** A watch can go on where it was; else the list has to be read anew. */
  readonly mayResume: boolean;
}

/** What was said is of no use to whoever follows a resource. */
export class Unfollowable extends Error {
  override readonly name = 'Unfollowable';
  readonly reason: FailureReason;

  constructor(reason: FailureReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

const REASONS: ReadonlyMap<number, FailureReason> = new Map([
  [401, 'unauthorized'],
  [403, 'forbidden'],
  [404, 'missing'],
  [410, 'expired'],
]);

// The connection is to blame, not what came over it.
const RESUMABLE: ReadonlySet<FailureReason> = new Set(['connection', 'tls', 'timeout', 'credentials', 'unauthorized']);

/** Throws what is no failure of a list or a watch. */
export function failureOf(error: unknown): FollowFailure {
  if (error instanceof Unfollowable) return failure(error.reason, error.message);
  if (error instanceof KubeUnreachable) return failure(error.reason === 'aborted' ? 'timeout' : error.reason, error.message);
  if (!(error instanceof KubeRefused)) throw error;
  const reason = REASONS.get(error.status) ?? 'refused';
  return { reason, message: error.message, mayResume: RESUMABLE.has(reason) || isOverload(error.status) };
}

function failure(reason: FailureReason, message: string): FollowFailure {
  return { reason, message, mayResume: RESUMABLE.has(reason) };
}

// 504 is none of them: an API server says it of a state that lies in its future, as after etcd was restored from a backup.
function isOverload(status: number): boolean {
  return status === 429 || status === 500 || status === 502 || status === 503;
}
