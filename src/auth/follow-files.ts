// A delegation from files, for where the cluster's own may not be read; followed while others renew them.
import type { Clock } from '../lib/clock.ts';
import { type FileTexts, WatchedFiles } from '../lib/http/watched-files.ts';
import { quote } from '../lib/quote.ts';
import type { Log } from '../model/log.ts';
import { type Delegation, delegationOf, type FrontProxy, type TrustedBundle, trustedBundle } from './delegation.ts';
import { type FollowedDelegation, KeptDelegation } from './kept-delegation.ts';

export interface BundleFile {
  /** What the configuration calls it. */
  readonly option: string;
  readonly path: string;
}

export interface DelegationFiles {
  readonly clients?: BundleFile | undefined;
  readonly proxies?: BundleFile | undefined;
  /** How a proxy is known and names users; without `proxies` nobody is one. */
  readonly said?: Omit<FrontProxy, 'authorities'>;
}

export interface FollowFilesOptions {
  readonly files: DelegationFiles;
  readonly clock: Clock;
  readonly log: Log;
  readonly readable: (isReadable: boolean) => void;
}

/** As often as files of secrets are looked at at most. */
const RECHECK_MS = 2_000;
const NOTHING_SAID = { allowedNames: [], userHeaders: [], uidHeaders: [], groupHeaders: [], extraPrefixes: [] };

/** Reads nothing before `follow`. */
export function followFiles({ files, clock, log, readable }: FollowFilesOptions): FollowedDelegation {
  const named = [files.clients, files.proxies].filter((file) => file !== undefined);
  const watched = new WatchedFiles(Object.fromEntries(named.map(({ option, path }) => [option, path])), clock);
  const from = named.map(({ path }) => path).join(' ');
  const kept = new KeptDelegation({ what: 'the files of authorities', from, log, readable });
  let used: FileTexts | undefined;

  async function readOnce(changed: () => void): Promise<void> {
    try {
      const texts = await watched.read();
      if (texts !== used) {
        const next = delegationOfFiles(files, texts);
        used = texts;
        if (kept.use(next)) changed();
      }
      kept.note('');
    } catch (error) {
      kept.note(error instanceof Error ? error.message : String(error));
    }
  }

  return {
    current: () => kept.current,
    state: () => kept.state(),
    follow: async (changed, signal) => {
      while (!signal.aborted) {
        await readOnce(changed);
        await clock.sleep(RECHECK_MS, signal);
      }
    },
  };
}

/** Throws an Error for a file without one authority: a file that is half written must lock nobody out. */
function delegationOfFiles({ clients, proxies, said = NOTHING_SAID }: DelegationFiles, texts: FileTexts): Delegation {
  const bundle = (file: BundleFile | undefined): TrustedBundle | undefined => {
    if (file === undefined) return undefined;
    const read = trustedBundle({ option: file.option, where: quote(file.path), pem: texts.get(file.option) ?? '' });
    if (read.authorities.length === 0) throw new Error(read.problems[0]);
    return read;
  };
  return delegationOf({
    clients: bundle(clients),
    proxies: bundle(proxies),
    ...said,
    problems: [],
    proxyOption: proxies?.option ?? '',
  });
}
