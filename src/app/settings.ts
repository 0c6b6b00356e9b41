// A checked configuration together with the targets it names.
import { fileVersion, loadConfig } from '../config/load.ts';
import { type Override, parseConfig } from '../config/parse.ts';
import { configError } from '../config/problem.ts';
import type { Config } from '../config/schema.ts';
import { staticTargets } from '../discovery/static.ts';
import type { Target } from '../model/target.ts';
import { aliasProblems } from '../sources/aliases.ts';

export interface Settings {
  readonly config: Config;
  readonly targets: readonly Target[];
}

/** A configuration file to look at again. */
export interface FollowedFile {
  readonly file: string;
  /** Of the file as it was before it was first read, so that no change is missed. */
  readonly version: string;
  /** Rejects with a UserError when the file is wrong. */
  readonly read: () => Promise<Settings>;
}

const check = (config: Config) => [...staticTargets(config).problems, ...aliasProblems(config.aliases)];

/** As `settingsOfFile`, and what it takes to see the file change. */
export async function settingsToFollow(
  file: string,
  overrides: readonly Override[],
): Promise<{ readonly settings: Settings; readonly follow: FollowedFile }> {
  const version = await fileVersion(file);
  const read = (): Promise<Settings> => settingsOfFile(file, overrides);
  return { settings: await read(), follow: { file, version, read } };
}

/** From a file and flags; rejects with a UserError (exit code 2) that names every problem. */
export async function settingsOfFile(file: string, overrides: readonly Override[]): Promise<Settings> {
  const config = await loadConfig(file, { overrides, check });
  return { config, targets: staticTargets(config).targets };
}

/** From flags and settings given in code; throws a UserError (exit code 2) that names every problem. */
export function settingsOf(origin: string, overrides: readonly Override[]): Settings {
  const result = parseConfig('', { overrides, check });
  if (result.kind === 'problems') throw configError(origin, result.problems);
  return { config: result.config, targets: staticTargets(result.config).targets };
}
