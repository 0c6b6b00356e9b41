// What went wrong on the wire, in words that say what to look at.
import type { Exchange } from '../lib/http/exchange.ts';
import { quote } from '../lib/quote.ts';
import type { ScrapeError, ScrapeFailure } from '../model/target.ts';

interface Diagnosis {
  /** Of Node's, OpenSSL's and undici's error codes. */
  readonly code: RegExp;
  readonly failure: ScrapeFailure;
  readonly message: (place: string, error: Error) => string;
}

const DIAGNOSES: readonly Diagnosis[] = [
  {
    code: /^ECONNREFUSED$/,
    failure: 'refused',
    message: (place) => `connection refused at ${place}; is the server up, and is the port its metrics port?`,
  },
  {
    code: /^(ENOTFOUND|EAI_AGAIN|EAI_\w+)$/,
    failure: 'unreachable',
    message: (place) => `no address is known for ${place}; is the name right, and does DNS answer?`,
  },
  {
    code: /^(EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL|ETIMEDOUT|EACCES|EPERM)$/,
    failure: 'unreachable',
    message: (place) => `no way to ${place}; is the address right, and does a firewall or NetworkPolicy let us through?`,
  },
  {
    code: /^UND_ERR_CONNECT_TIMEOUT$/,
    failure: 'timeout',
    message: (place) => `no connection to ${place} in time; does a firewall or NetworkPolicy drop it?`,
  },
  {
    code: /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    failure: 'tls',
    message: (place) => `the certificate of ${place} is for another name; set tls_config.server_name to the name in it`,
  },
  {
    code: /^(CERT_HAS_EXPIRED|CERT_NOT_YET_VALID)$/,
    failure: 'tls',
    message: (place) => `the certificate of ${place} is not valid today; renew it, or set the clock right`,
  },
  {
    code: /SELF_SIGNED|UNABLE_TO_|CERT_|INVALID_CA/,
    failure: 'tls',
    message: (place) => `the certificate of ${place} is from no authority that we trust; name its CA in tls_config.ca_file`,
  },
  {
    code: /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG/,
    failure: 'tls',
    message: (place) => `${place} does not speak TLS; is it scheme: http?`,
  },
  {
    code: /^ERR_SSL_.*ALERT/,
    failure: 'tls',
    message: (place) =>
      `${place} broke off the TLS handshake; does it want a client certificate (tls_config.cert_file and key_file) that it knows?`,
  },
  {
    code: /^(ERR_SSL|ERR_TLS|EPROTO)/,
    failure: 'tls',
    message: (place, error) => `TLS with ${place} failed (${quote(error.message)}); do tls_config and the server fit together?`,
  },
  {
    code: /^(HPE_|HTTPParserError$)/,
    failure: 'failed',
    message: (place) => `${place} does not answer in HTTP/1.1; is it scheme: https, or another port?`,
  },
];

/** The error of an exchange that broke off. */
export function brokenError(url: URL, broken: Extract<Exchange, { kind: 'broken' }>): ScrapeError {
  const code = codeOf(broken.error);
  const found = DIAGNOSES.find((diagnosis) => diagnosis.code.test(code));
  if (found !== undefined) return { failure: found.failure, message: found.message(url.host, broken.error) };
  if (broken.progress === 'reading') {
    return { failure: 'failed', message: `${url.host} closed the connection in the middle of its answer; its own log may say why` };
  }
  const certificate = url.protocol === 'https:' ? ', or does it want a client certificate' : '';
  return { failure: 'failed', message: `${url.host} closed the connection without an answer (${code}); is it restarting${certificate}?` };
}

/** The error of an exchange that its time-out ended. */
export function timeoutError(
  asked: { readonly url: URL; readonly timeoutMs: number },
  aborted: Extract<Exchange, { kind: 'aborted' }>,
): ScrapeError {
  const within = `within ${asked.timeoutMs} ms (scrape_timeout)`;
  const place = asked.url.host;
  switch (aborted.progress) {
    case 'connecting':
      return { failure: 'timeout', message: `no connection to ${place} ${within}; does a firewall or NetworkPolicy drop it?` };
    case 'waiting':
      return {
        failure: 'timeout',
        message: `no answer from ${place} ${within}; is it overloaded? Raise scrape_timeout if it is just slow`,
      };
    case 'reading':
      return {
        failure: 'timeout',
        message: `only ${aborted.receivedBytes} bytes came from ${place} ${within}; is it overloaded? Raise scrape_timeout if it is just slow`,
      };
  }
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
