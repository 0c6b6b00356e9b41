// What flags say of the machine itself, as the scrape configurations that somebody would write for it.
import { accessSync, constants, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { usageError } from '../command.ts';

export interface LocalFlags {
  /** Undefined without the flag, empty without a value. */
  readonly tegrastats: string | undefined;
  readonly proc: string | undefined;
}

interface LocalJob {
  readonly job_name: string;
  readonly source: string;
  readonly static_configs: readonly { readonly targets: readonly string[] }[];
  readonly tegrastats?: { readonly command?: readonly string[]; readonly file?: string; readonly stdin?: boolean };
  readonly proc?: { readonly path?: string };
}

/** One job for each flag that is given. Throws a UserError (exit code 2) for a URL, which the flag before it would swallow. */
export function localJobs({ tegrastats, proc }: LocalFlags): readonly LocalJob[] {
  for (const [flag, value] of Object.entries({ tegrastats, proc })) {
    if (value !== undefined && /^https?:/i.test(value)) {
      throw usageError('serve', `--${flag} takes no URL; write URLs before it, or --${flag}= without a value`);
    }
  }
  // What a Prometheus that reads several machines tells them apart by.
  const static_configs = [{ targets: [hostname()] }];
  const jobs: LocalJob[] = [];
  if (tegrastats !== undefined) {
    jobs.push({ job_name: 'tegrastats', source: 'tegrastats', static_configs, tegrastats: originOf(tegrastats) });
  }
  if (proc !== undefined) {
    jobs.push({ job_name: 'proc', source: 'proc', static_configs, proc: proc === '' ? {} : { path: proc } });
  }
  return jobs;
}

/** A file that is there and no program is a log; anything else is a command and its arguments, between blanks. */
function originOf(value: string): NonNullable<LocalJob['tegrastats']> {
  if (value === '') return {};
  if (value === '-') return { stdin: true };
  return isLog(value) ? { file: value } : { command: value.trim().split(/\s+/) };
}

function isLog(path: string): boolean {
  try {
    if (!statSync(path).isFile()) return false;
    accessSync(path, constants.X_OK);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EACCES';
  }
}
