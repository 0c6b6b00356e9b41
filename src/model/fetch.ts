// The port through which `scrape` reads a target: HTTP in production, a fleet in process, a literal in tests.
import type { ScrapeError, Target } from './target.ts';

export type FetchResult =
  | {
      readonly kind: 'body';
      /** Decompressed. */
      readonly bytes: Uint8Array;
      /** For who reads the bytes no more: they may be overwritten then. A result that is dropped needs no release. */
      readonly release?: () => void;
    }
  | { readonly kind: 'failed'; readonly error: ScrapeError };

export type JsonResult =
  /** `json` is undefined when the answer is empty. */
  { readonly kind: 'answer'; readonly status: number; readonly json: unknown } | { readonly kind: 'failed'; readonly error: ScrapeError };

/** Reads a path of a target's own API (`Target.apiUrl`), whatever the status. Never rejects; an aborted `signal` is the failure `timeout`. */
export type FetchJson = (request: { readonly target: Target; readonly path: string }, signal: AbortSignal) => Promise<JsonResult>;

/** Never rejects; an aborted `signal` is the failure `timeout`. */
export type Fetch = (target: Target, signal: AbortSignal) => Promise<FetchResult>;
