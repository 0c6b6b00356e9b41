// The configuration file: read, checked, and watched for changes.
import { readFile, stat } from 'node:fs/promises';
import { UserError } from '../lib/user-error.ts';
import { type ParseOptions, type ParseResult, parseConfig } from './parse.ts';
import { configError, type Problem } from './problem.ts';
import type { Config, ScrapeJob } from './schema.ts';

/** Reads and checks a file; rejects with a UserError (exit code 2) that names every problem. */
export async function loadConfig(file: string, options: ParseOptions): Promise<Config> {
  const result = await readConfig(file, options);
  if (result.kind === 'problems') throw configError(`the configuration file ${file}`, result.problems);
  return result.config;
}

async function readConfig(file: string, options: ParseOptions): Promise<ParseResult> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new UserError(2, `cannot read the configuration file "${file}": ${describeFileError(error)}; check the path given to --config`, {
      cause: error,
    });
  }
  const result = parseConfig(text, options);
  if (result.kind === 'problems') return result;
  const problems = await fileProblems(result.config);
  return problems.length > 0 ? { kind: 'problems', problems } : result;
}

/** A text that changes whenever the file's content may have: follows symlinks, so that a swapped link (ConfigMap) is a change. */
export async function fileVersion(file: string): Promise<string> {
  try {
    const { ino, mtimeMs, size } = await stat(file);
    return `${ino}:${mtimeMs}:${size}`;
  } catch (error) {
    return `unreadable: ${describeFileError(error)}`;
  }
}

async function fileProblems(config: Config): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const face of ['metrics_api', 'telemetry'] as const) problems.push(...(await unreadableFiles(face, filesOfFace(config, face))));
  for (const [index, job] of config.scrape_configs.entries()) {
    problems.push(...(await unreadableFiles(`scrape_configs[${index}]`, filesOfClient(job))));
  }
  const { remote } = config.engine;
  if (remote !== undefined) {
    const headers = Object.entries(remote.header_files).map(([name, file]) => [`header_files.${name}`, file]);
    problems.push(...(await unreadableFiles('engine.remote', { ...filesOfClient(remote), ...Object.fromEntries(headers) })));
  }
  return problems;
}

function filesOfClient({
  basic_auth: basic,
  authorization,
  tls_config: tls,
}: Pick<ScrapeJob, 'basic_auth' | 'authorization' | 'tls_config'>): Readonly<Record<string, string | undefined>> {
  return {
    'basic_auth.password_file': basic?.password_file,
    'authorization.credentials_file': authorization?.credentials_file,
    'tls_config.ca_file': tls?.ca_file,
    'tls_config.cert_file': tls?.cert_file,
    'tls_config.key_file': tls?.key_file,
  };
}

function filesOfFace({ metrics_api, telemetry }: Config, face: 'metrics_api' | 'telemetry'): Readonly<Record<string, string | undefined>> {
  const { tls_cert_file, tls_key_file, client_ca_file } = face === 'metrics_api' ? metrics_api : telemetry;
  const common = { tls_cert_file, tls_key_file, client_ca_file };
  if (face === 'telemetry') return { ...common, 'basic_auth.password_file': telemetry.basic_auth?.password_file };
  return { ...common, requestheader_client_ca_file: metrics_api.requestheader_client_ca_file };
}

async function unreadableFiles(path: string, files: Readonly<Record<string, string | undefined>>): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const [key, file] of Object.entries(files)) {
    const cause = file === undefined ? undefined : await unreadable(file);
    if (cause !== undefined) problems.push({ path: `${path}.${key}`, message: `cannot read "${file}": ${cause}` });
  }
  return problems;
}

async function unreadable(file: string): Promise<string | undefined> {
  try {
    await readFile(file);
    return undefined;
  } catch (error) {
    return describeFileError(error);
  }
}

function describeFileError(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'no such file';
  if (code === 'EACCES') return 'permission denied';
  if (code === 'EISDIR') return 'it is a directory';
  return error instanceof Error ? error.message : String(error);
}
