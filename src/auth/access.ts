// What a user may, by a SubjectAccessReview, remembered for ten seconds whether it is yes or no.
import * as z from 'zod';
import type { Clock } from '../lib/clock.ts';
import { Answers } from './answers.ts';
import type { Identity } from './identity.ts';
import type { RequestAttributes } from './request-attributes.ts';
import { ReviewFailed, type Reviews } from './reviews.ts';

export interface Decision {
  readonly allowed: boolean;
  /** In the authoriser's words; may be empty. */
  readonly reason: string;
}

export interface Access {
  /** At once where the answer is known. The promise rejects with a ReviewFailed or a TooManyPending. */
  decide(identity: Identity, attributes: RequestAttributes): Decision | Promise<Decision>;
}

const PRIVILEGED = 'system:masters';
const ALLOWED: Decision = { allowed: true, reason: '' };

/** As k8s.io/apiserver remembers it for delegated authorisation. */
const DECISION_MS = 10_000;
const MOST_REASON_CHARACTERS = 500;

const accessReview = z.object({
  allowed: z.boolean().default(false),
  denied: z.boolean().default(false),
  reason: z.string().default(''),
});

export function createAccess({ reviews, clock }: { readonly reviews: Reviews; readonly clock: Clock }): Access {
  const answers = new Answers<Decision>(clock);
  return {
    decide(identity, attributes) {
      // They may do everything in every cluster, and the API server itself asks as one of them.
      if (identity.groups.includes(PRIVILEGED)) return ALLOWED;
      const question = questionOf(identity, attributes);
      return (
        answers.known(question) ??
        answers.ask(question, async () => {
          const status = await reviews.review('subjectaccessreviews', specOf(identity, attributes));
          return { answer: decisionOf(status), keepMs: DECISION_MS };
        })
      );
    },
  };
}

/** The same for the same question only: a part may hold any character, so each is written with its length. */
function questionOf({ key }: Identity, attributes: RequestAttributes): string {
  if (attributes.kind === 'path') return `${key} ${attributes.verb} ${attributes.path}`;
  const { verb, group, version, namespace, resource, subresource, name } = attributes;
  const lengths = `${verb.length},${group.length},${version.length},${namespace.length},${resource.length},${subresource.length}`;
  return `${key} ${lengths} ${verb}${group}${version}${namespace}${resource}${subresource}${name}`;
}

function specOf({ user, uid, groups, extra }: Identity, attributes: RequestAttributes): object {
  const { kind, ...asked } = attributes;
  return {
    user,
    ...(uid !== undefined && { uid }),
    groups,
    ...(extra.size > 0 && { extra: Object.fromEntries(extra) }),
    ...(kind === 'path' ? { nonResourceAttributes: asked } : { resourceAttributes: asked }),
  };
}

/** Throws a ReviewFailed for what is no status of a review. */
function decisionOf(status: unknown): Decision {
  const { data } = accessReview.safeParse(status);
  if (data === undefined) throw new ReviewFailed('the API server answered a SubjectAccessReview that cannot be read');
  return { allowed: data.allowed && !data.denied, reason: data.reason.slice(0, MOST_REASON_CHARACTERS) };
}
