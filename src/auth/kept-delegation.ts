// The delegation in force: the one that was read last, kept while no other can be read.
import type { Log } from '../model/log.ts';
import type { Delegation } from './delegation.ts';

export interface FollowedDelegation {
  /** Undefined until it was read once; the same object while nothing changed, for who is connected was judged by it. */
  current(): Delegation | undefined;
  /** As a health check says it. */
  state(): { readonly ok: boolean; readonly why: string };
  /** Reads until `signal` is aborted, and calls `changed` when another delegation has taken the place of one. Rejects only for what is a bug. */
  follow(changed: () => void, signal: AbortSignal): Promise<void>;
}

export interface KeptDelegationOptions {
  /** What is read, for people: `the settings of the cluster`. */
  readonly what: string;
  /** Where it is read. */
  readonly from: string;
  readonly log: Log;
  /** Told at each look whether it can be read. */
  readonly readable: (isReadable: boolean) => void;
}

export class KeptDelegation {
  readonly #options: KeptDelegationOptions;
  #current: Delegation | undefined;
  #why = 'it was not read yet';

  constructor(options: KeptDelegationOptions) {
    this.#options = options;
  }

  get current(): Delegation | undefined {
    return this.#current;
  }

  state(): { readonly ok: boolean; readonly why: string } {
    if (this.#current === undefined) return { ok: false, why: this.#why };
    const { what } = this.#options;
    return { ok: true, why: this.#why === '' ? `${what} are read` : `the settings read before are kept: ${this.#why}` };
  }

  /** Puts one in force and tells its problems. True when it takes the place of one that said something else; else the one before stays. */
  use(next: Delegation): boolean {
    const isOther = this.#current !== undefined;
    // kube-apiserver writes the same certificates anew, with other white space.
    if (this.#current !== undefined && saidBy(this.#current) === saidBy(next)) return false;
    this.#current = next;
    const { log, from } = this.#options;
    if (isOther) log.info({ from }, 'authentication settings changed');
    for (const problem of next.problems) log.error({ problem }, 'authentication settings cannot all be used');
    return isOther;
  }

  /** Why it cannot be read; empty when it can. Logged when it changes. */
  note(why: string): void {
    const { log, from, readable } = this.#options;
    readable(why === '');
    if (why === this.#why) return;
    this.#why = why;
    if (why === '') log.info({ from }, 'authentication settings read');
    else log.error({ why, kept: this.#current !== undefined }, 'authentication settings not read');
  }
}

/** Equal for delegations that trust the same. */
function saidBy({ clientAuthorities, frontProxy, problems }: Delegation): string {
  const prints = (authorities: Delegation['clientAuthorities']): readonly string[] => authorities.map(({ x509 }) => x509.fingerprint256);
  return JSON.stringify([prints(clientAuthorities), { ...frontProxy, authorities: prints(frontProxy.authorities) }, problems]);
}
