// Who asks: a user as Kubernetes knows one.
import { hash } from 'node:crypto';

export interface Claims {
  readonly user: string;
  readonly uid?: string | undefined;
  readonly groups: readonly string[];
  /** What an authenticator adds, by lower-case key. */
  readonly extra?: ReadonlyMap<string, readonly string[]>;
}

export interface Identity extends Claims {
  readonly extra: ReadonlyMap<string, readonly string[]>;
  /** Short; equal for equal identities and for no others. */
  readonly key: string;
}

const ANONYMOUS = 'system:anonymous';
const AUTHENTICATED = 'system:authenticated';
const UNAUTHENTICATED = 'system:unauthenticated';

/**
 * A user who was authenticated belongs to `system:authenticated`. Only the anonymous one, whom the front proxy may hand on, does not,
 * as k8s.io/apiserver pkg/authentication/group has it.
 */
export function identityOf(claims: Claims): Identity {
  const { user, uid, extra = new Map() } = claims;
  const settled = user === ANONYMOUS || claims.groups.some((group) => group === AUTHENTICATED || group === UNAUTHENTICATED);
  const groups = settled ? claims.groups : [...claims.groups, AUTHENTICATED];
  const entries = [...extra].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const key = hash('sha256', JSON.stringify([user, uid ?? '', groups, entries]), 'base64');
  return { user, ...(uid !== undefined && { uid }), groups, extra, key };
}
