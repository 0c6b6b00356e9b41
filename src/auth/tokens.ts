// Bearer tokens: whose they are by a TokenReview, remembered for ten seconds.
import { hash, randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { Clock } from '../lib/clock.ts';
import { Answers } from './answers.ts';
import { type Identity, identityOf } from './identity.ts';
import { ReviewFailed, type Reviews } from './reviews.ts';

/** Undefined: nobody's. Rejects with a ReviewFailed or a TooManyPending. */
export type TokenOwner = (token: string) => Promise<Identity | undefined>;

/** As k8s.io/apiserver remembers it for delegated authentication. */
const OWNER_MS = 10_000;
/** A token that is refused may be good a moment later, when it was made on another machine. */
const REFUSED_MS = 2_000;

const tokenReview = z.object({
  authenticated: z.boolean().default(false),
  user: z
    .object({
      username: z.string().default(''),
      uid: z.string().optional(),
      groups: z.array(z.string()).nullable().default([]),
      extra: z.record(z.string(), z.array(z.string())).nullable().default({}),
    })
    .optional(),
});

export function createTokenOwner({ reviews, clock }: { readonly reviews: Reviews; readonly clock: Clock }): TokenOwner {
  const answers = new Answers<{ readonly identity: Identity | undefined }>(clock);
  // A token is known again by this; what is remembered gives none away, and nobody else can compute it.
  const salt = randomBytes(32).toString('base64');
  return async (token) => {
    const question = hash('sha256', `${salt}${token}`, 'base64');
    const { identity } = await answers.ask(question, async () => {
      const found = ownerOf(await reviews.review('tokenreviews', { token }));
      return { answer: { identity: found }, keepMs: found === undefined ? REFUSED_MS : OWNER_MS };
    });
    return identity;
  };
}

/** Throws a ReviewFailed for what is no status of a TokenReview. */
function ownerOf(status: unknown): Identity | undefined {
  const { data } = tokenReview.safeParse(status);
  if (data === undefined) throw new ReviewFailed('the API server answered a TokenReview that cannot be read');
  if (!data.authenticated || data.user === undefined || data.user.username === '') return undefined;
  const { username: user, uid, groups, extra } = data.user;
  return identityOf({ user, uid, groups: groups ?? [], extra: new Map(Object.entries(extra ?? {})) });
}
