// URLs of the command line as the scrape configurations that somebody would write for them.
import { quote } from '../../lib/quote.ts';
import { withoutSecrets } from '../../lib/without-secrets.ts';
import { usageError } from '../command.ts';

const DCGM_PORT = '9400';
const SOURCES = ['triton', 'dcgm', 'llm'];

export interface Job {
  readonly job_name: string;
  readonly source: string;
  readonly scheme: string;
  readonly metrics_path: string;
  readonly static_configs: readonly { readonly targets: readonly string[]; readonly labels: Readonly<Record<string, string>> }[];
}

/**
 * One job per URL. A Triton or a server of language models is a pod of the namespace `default` that is called after its address.
 * Throws a UserError (exit code 2) for what is no URL of an exposition, and for a `source` of which there is none.
 */
export function jobsOfUrls(texts: readonly string[], source: string | undefined): readonly Job[] {
  if (source !== undefined && !SOURCES.includes(source)) {
    throw usageError('serve', `--source is ${quote(source)}; expected triton, dcgm or llm`);
  }
  const urls = texts.map(parseUrl);
  const repeated = urls.find((url, index) => urls.findIndex(({ href }) => href === url.href) < index);
  // Twice the same pod would count its requests twice.
  if (repeated !== undefined) throw usageError('serve', `${quote(withoutSecrets(repeated.href))} is given twice`);
  return urls.map((url, index) => {
    const kind = source ?? (url.port === DCGM_PORT ? 'dcgm' : 'triton');
    const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
    const pod = `${url.hostname.replaceAll(/[^a-zA-Z0-9.-]/g, '')}-${port}`;
    return {
      job_name: urls.length === 1 ? kind : `${kind}-${index}`,
      source: kind,
      scheme: url.protocol.slice(0, -1),
      metrics_path: `${url.pathname}${url.search}`,
      static_configs: [{ targets: [`${url.hostname}:${port}`], labels: kind === 'dcgm' ? {} : { namespace: 'default', pod } }],
    };
  });
}

/** A URL without a path means /metrics. */
function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw usageError('serve', `${quote(withoutSecrets(text))} is not an http or https URL; write it as http://HOST:8002/metrics`);
  }
  if (url.username !== '' || url.password !== '') {
    throw usageError('serve', 'a URL must not carry a password, which process lists show; use --config with basic_auth and password_file');
  }
  if (url.pathname === '/') url.pathname = '/metrics';
  url.hash = '';
  return url;
}
