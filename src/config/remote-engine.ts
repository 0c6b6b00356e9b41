// What a well-formed engine.remote can still have wrong: its address, and headers that are not its own to set.
import type { Problem } from './problem.ts';
import { isSecretName } from './redact.ts';
import type { Config, RemoteEngineSettings } from './schema.ts';

/** What every question sets itself, or HTTP for it. */
const TAKEN_HEADERS: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'user-agent',
]);

/** The parameters of the API that are Plimsoll's to set. */
const TAKEN_PARAMETERS: ReadonlySet<string> = new Set(['query', 'time', 'start', 'end', 'step', 'match[]', 'timeout']);

/** All of them, in the order of the schema. */
export function remoteEngineProblems({ engine: { remote } }: Config): Problem[] {
  if (remote === undefined) return [];
  const path = 'engine.remote';
  const problems: Problem[] = [];
  const wrong = wrongUrl(remote.url);
  if (wrong !== undefined) problems.push({ path: `${path}.url`, message: wrong });
  if (remote.basic_auth !== undefined && remote.authorization !== undefined) {
    problems.push({ path, message: 'basic_auth and authorization exclude each other; keep one' });
  }
  problems.push(...headerProblems(remote, path));
  for (const name of Object.keys(remote.parameters)) {
    if (TAKEN_PARAMETERS.has(name))
      problems.push({ path: `${path}.parameters.${name}`, message: 'it is set with each question; leave it out' });
  }
  return problems;
}

function wrongUrl(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    return 'expected an http or https URL such as http://prometheus:9090';
  if (url.username !== '' || url.password !== '') return 'it must hold no password, which logs and documents show; use basic_auth';
  if (url.search !== '' || url.hash !== '') return 'expected a URL without ? and #; use parameters';
  return /\/api\/v1\/?$/.test(url.pathname) ? 'expected the URL before /api/v1; leave that out' : undefined;
}

function headerProblems({ headers, header_files: files, basic_auth: basic, authorization }: RemoteEngineSettings, path: string): Problem[] {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const [section, names] of [
    ['headers', Object.keys(headers)],
    ['header_files', Object.keys(files)],
  ] as const) {
    for (const name of names) {
      const why = wrongHeader(name.toLowerCase(), { section, seen, hasCredentials: basic !== undefined || authorization !== undefined });
      if (why !== undefined) problems.push({ path: `${path}.${section}.${name}`, message: why });
      seen.add(name.toLowerCase());
    }
  }
  return problems;
}

interface HeaderPlace {
  readonly section: 'headers' | 'header_files';
  /** Names that were there before. */
  readonly seen: ReadonlySet<string>;
  readonly hasCredentials: boolean;
}

function wrongHeader(name: string, { section, seen, hasCredentials }: HeaderPlace): string | undefined {
  if (TAKEN_HEADERS.has(name)) return 'it is set with each question; leave it out';
  if (seen.has(name)) return 'it is given twice, for upper and lower case are the same; keep one';
  if (section === 'headers' && isSecretName(name)) return 'its value is a secret; put it into a file and name that in header_files';
  if (name === 'authorization' && hasCredentials) return 'basic_auth or authorization set it already; keep one';
  return undefined;
}
