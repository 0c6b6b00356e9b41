// What is known of a server's models beside their lines.
import type { TargetDescription } from '../model/description.ts';
import type { ScrapeError } from '../model/target.ts';

/** What is known from a server's API. */
export type Described =
  | { readonly kind: 'not-asked' }
  /** Asked and not answered yet about these lines; `last` is older than they are. */
  | { readonly kind: 'awaited'; readonly last?: TargetDescription | undefined }
  /** `isStarting`: it was not ready yet since it came up. One that was ready loads or unloads some model while the others go on. */
  | { readonly kind: 'answered'; readonly last: TargetDescription; readonly isStarting: boolean }
  /** `isLate`: it did not answer in time, as while it loads a model; and it has answered before, or has not been asked often. */
  | { readonly kind: 'failed'; readonly error: ScrapeError; readonly isLate: boolean; readonly last?: TargetDescription | undefined };

/** One model version with all that is known of it. Undefined is not known. */
export interface KnownModel {
  readonly model: string;
  readonly version: string;
  readonly kind: 'leaf' | 'ensemble' | undefined;
  readonly decoupled: boolean | undefined;
  readonly batching: boolean | undefined;
  readonly instances: number | undefined;
  /** Most rows of one execution; without batching a server executes one request at a time, whatever the size it admits. */
  readonly maxBatchSize: number | undefined;
  /** Its name is in several namespaces of the server, which then tells nothing of it. */
  readonly ambiguous: boolean;
  /** Whether a leaf's requests enter the signals. */
  readonly counts: boolean;
}
