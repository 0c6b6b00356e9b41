// Where software for tests is kept: outside the repository.
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** $PLIMSOLL_CACHE, else `plimsoll` in the user's cache folder. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  return resolve(env['PLIMSOLL_CACHE'] || join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'plimsoll'));
}
