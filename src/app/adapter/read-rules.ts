// A file of prometheus-adapter's rules, read and compiled as the configuration in force has it.
import { readFile } from 'node:fs/promises';
import { configError, type Problem } from '../../config/problem.ts';
import { type AdapterRules, compileAdapterRules } from '../../config/prometheus-adapter/compile.ts';
import type { Config } from '../../config/schema.ts';
import { quote } from '../../lib/quote.ts';
import { UserError } from '../../lib/user-error.ts';
import { promqlReader } from './promql-reader.ts';

export interface ReadRulesOptions {
  readonly file: string;
  readonly config: RulesSettings;
}

/** What of the configuration bears on rules. */
export type RulesSettings = Pick<Config, 'enable_features'> & { readonly kubernetes: Pick<Config['kubernetes'], 'owners'> };

/** Rejects with a UserError (exit code 2) that names every problem of the file. */
export async function readRules({ file, config }: ReadRulesOptions): Promise<AdapterRules> {
  const compiled = await compileFile({ file, config });
  if ('problems' in compiled) throw configError(`the prometheus-adapter configuration ${file}`, compiled.problems);
  return compiled.rules;
}

/** Rejects with a UserError (exit code 2) where the file cannot be read. */
export async function compileFile({
  file,
  config,
}: ReadRulesOptions): Promise<{ readonly rules: AdapterRules } | { readonly problems: readonly Problem[] }> {
  const promql = promqlReader({ experimentalFunctions: config.enable_features.includes('promql-experimental-functions') });
  return await compileAdapterRules(await textOf(file), { promql, owners: config.kubernetes.owners });
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    const why = code === 'ENOENT' ? 'there is no such file' : cause instanceof Error ? cause.message : String(cause);
    throw new UserError(2, `cannot read ${quote(file)}: ${why}; give the file with prometheus-adapter's rules`, { cause });
  }
}
