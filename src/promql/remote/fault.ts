// Why the remote engine gave no answer, and what that means for the next question.
import { quote } from '../../lib/quote.ts';
import { QueryError, type QueryFailure } from '../../model/query-engine.ts';

export interface FaultDetails {
  readonly engine: string;
  /** With what to change. */
  readonly why: string;
  readonly failure: QueryFailure;
  /** The engine itself does not work, whatever is asked: what the breaker counts. */
  readonly isOutage: boolean;
  /** The same question may be answered at once: another replica behind the address, or a connection that had died. */
  readonly mayRetry: boolean;
  readonly cause?: unknown;
}

export class RemoteFault extends QueryError {
  readonly why: string;
  readonly isOutage: boolean;
  readonly mayRetry: boolean;

  constructor({ engine, why, failure, isOutage, mayRetry, cause }: FaultDetails) {
    super(failure, `cannot ask the remote engine ${quote(engine)}: ${why}`, { cause });
    this.name = 'RemoteFault';
    this.why = why;
    this.isOutage = isOutage;
    this.mayRetry = mayRetry;
  }
}

/** The engine itself does not work. */
export function outage(details: Pick<FaultDetails, 'engine' | 'why' | 'mayRetry' | 'cause'>): RemoteFault {
  return new RemoteFault({ ...details, failure: 'unreachable', isOutage: true });
}

interface Unusable extends Pick<FaultDetails, 'engine' | 'why'> {
  /** Default: unreachable. */
  readonly failure?: QueryFailure;
}

/** The engine works, and this answer cannot be used. */
export function unusable({ failure = 'unreachable', ...details }: Unusable): RemoteFault {
  return new RemoteFault({ ...details, failure, isOutage: false, mayRetry: false });
}
