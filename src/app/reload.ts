// The configuration file is looked at every second; a wrong one changes nothing but the log.
import type { Clock } from '../lib/clock.ts';
import { UserError } from '../lib/user-error.ts';
import type { Log } from '../model/log.ts';
import type { Meter } from '../model/meter.ts';
import { followFile } from './followed-file.ts';
import type { FollowedFile, Settings } from './settings.ts';

export interface ReloadOptions {
  readonly follow: FollowedFile;
  readonly apply: (settings: Settings) => void;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
}

/** Watches until `signal` is aborted. */
export async function watchConfig(options: ReloadOptions, signal: AbortSignal): Promise<void> {
  const { follow, clock, log } = options;
  const { file } = follow;
  const successful = options.meter.gauge({
    name: 'plimsoll_config_last_reload_successful',
    help: '1 when the last read of the configuration file could be used, else 0 (the previous one is in force).',
  });
  successful.set(1);
  const changed = async (): Promise<void> => successful.set((await reloadOnce(options)) ? 1 : 0);
  await followFile({ file, version: follow.version, clock, changed }, signal);
  log.debug({ file }, 'configuration watch ended');
}

async function reloadOnce({ follow, apply, log }: ReloadOptions): Promise<boolean> {
  const { file, read } = follow;
  try {
    apply(await read());
    log.info({ file }, 'configuration reloaded');
    return true;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    log.error({ file, problems: error.message }, 'configuration not reloaded, the previous one stays in force');
    return false;
  }
}
