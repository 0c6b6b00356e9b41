// The rules of prometheus-adapter that are in force: read at the start, followed for changes; a wrong file changes nothing but the log.

import { fileVersion } from '../../config/load.ts';
import type { AdapterRules } from '../../config/prometheus-adapter/compile.ts';
import type { Config } from '../../config/schema.ts';
import type { Clock } from '../../lib/clock.ts';
import { UserError } from '../../lib/user-error.ts';
import type { Log } from '../../model/log.ts';
import type { Meter } from '../../model/meter.ts';
import { followFile } from '../followed-file.ts';
import { readRules } from './read-rules.ts';

export interface OpenRulesOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
}

export interface OpenedRules {
  /** As they were at the start. */
  readonly rules: AdapterRules;
  /** Hands on what takes their place, until `signal` is aborted. */
  follow(use: (rules: AdapterRules) => void, signal: AbortSignal): Promise<void>;
}

/** Undefined where the configuration names no file; rejects with a UserError (exit code 2) that says what is wrong with it. */
export async function openRules({ config, clock, log, meter }: OpenRulesOptions): Promise<OpenedRules | undefined> {
  const successful = meter.gauge({
    name: 'plimsoll_rules_last_reload_successful',
    help: '1 when the last read of prometheus_adapter_config could be used, else 0 (the rules before it are in force).',
  });
  const file = config.prometheus_adapter_config;
  if (file === undefined) return undefined;
  const version = await fileVersion(file);
  const rules = await readRules({ file, config });
  successful.set(1);
  log.info({ file, ...countsOf(rules) }, 'rules of prometheus-adapter in force');
  return {
    rules,
    follow: async (use, signal) => {
      const changed = async (): Promise<void> => {
        try {
          const next = await readRules({ file, config });
          use(next);
          successful.set(1);
          log.info({ file, ...countsOf(next) }, 'rules of prometheus-adapter reloaded');
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
          successful.set(0);
          log.error({ file, problems: error.message }, 'rules of prometheus-adapter not reloaded, those before stay in force');
        }
      };
      await followFile({ file, version, clock, changed }, signal);
    },
  };
}

function countsOf({ custom, external }: AdapterRules): { readonly rules: number; readonly externalRules: number } {
  return { rules: custom.length, externalRules: external.length };
}
