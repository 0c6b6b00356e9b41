// What the log says of a target: its changes of state, not its attempts.
import type { Log } from '../model/log.ts';
import type { TargetStatus } from '../model/target.ts';

export interface StateChange {
  readonly before: TargetStatus;
  readonly after: TargetStatus;
  /** What a stage threw, where none should. */
  readonly thrown: unknown;
}

/** Says up, down, and down for another kind of reason; says nothing while the state lasts. */
export function announce(log: Log, change: StateChange): void {
  const { before, after, thrown } = change;
  const { id: target, job } = after.target;
  announceWarnings(log, change);
  if (after.lastError === undefined) {
    if (before.lastError !== undefined) log.info({ target, job, failedScrapes: before.consecutiveFailures }, 'target is up again');
    else if (before.lastAttemptMs === undefined) log.debug({ target, job, samples: after.samples }, 'target is up');
    return;
  }
  const { failure, message: error } = after.lastError;
  if (before.lastError?.failure === failure) return;
  if (thrown !== undefined) log.error({ target, job, failure, error, err: thrown }, 'target is down: BUG');
  else log.warn({ target, job, failure, error }, before.lastError === undefined ? 'target is down' : 'target is down for another reason');
}

/** Once for each code that was not there after the attempt before; a warning whose words alone changed is the same one. */
export function announceWarnings(log: Log, { before, after }: Pick<StateChange, 'before' | 'after'>): void {
  const known = new Set(before.warnings.map(({ code }) => code));
  const { id: target, job } = after.target;
  for (const { code, message: warning } of after.warnings) {
    if (!known.has(code)) log.warn({ target, job, code, warning }, 'target is read with a warning');
  }
}
