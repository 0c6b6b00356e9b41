// What a query may ask of a list besides selectors: parameters that Kubernetes has for all lists and that metrics cannot follow are refused.
import { quote } from '../lib/quote.ts';
import type { CustomPath, ExternalPath } from './paths.ts';
import { StatusError } from './status.ts';

/**
 * Ignoring one of these would answer another question. `limit` is followed by any list that is whole, `resourceVersion` by any value, which is as
 * new as it can be; what else clients send changes no answer. Throws a StatusError.
 */
export function refuseUnfollowable(path: CustomPath | ExternalPath, query: URLSearchParams): void {
  if (isTrue(query.get('watch'))) {
    throw new StatusError(405, 'cannot watch metrics: the verb watch is not supported, only get; ask again for newer values');
  }
  const next = query.get('continue');
  if (next) throw new StatusError(400, `cannot continue a list at ${quote(next)}: lists come whole; ask without continue`);
  refuseFieldSelector(path, query.get('fieldSelector'));
}

/** As apimachinery reads a boolean parameter: what is there and does not say no is a yes. */
function isTrue(text: string | null): boolean {
  return text !== null && !['0', 'false'].includes(text.toLowerCase());
}

/** Naming the object that is asked for anyway changes nothing. */
function refuseFieldSelector(path: CustomPath | ExternalPath, selector: string | null): void {
  if (!selector) return;
  const name = path.kind === 'custom' ? path.name : undefined;
  if (name !== undefined && [`metadata.name=${name}`, `metadata.name==${name}`].includes(selector)) return;
  throw new StatusError(400, `cannot apply fieldSelector ${quote(selector)}: metrics have no fields to select by; use labelSelector`);
}
