// The port through which `scrape` reads a target: HTTP in production, a fleet in process, a literal in tests.
import type { ScrapeError, Target } from './target.ts';

export type FetchResult =
  | { readonly kind: 'body' /** Decompressed; valid until the next call. */; readonly bytes: Uint8Array }
  | { readonly kind: 'failed'; readonly error: ScrapeError };

/** Never rejects; an aborted `signal` is the failure `timeout`. */
export type Fetch = (target: Target, signal: AbortSignal) => Promise<FetchResult>;
