// What went wrong on the wire, in words that say what to look at.
import { type ConnectionFault, connectionFault, errorCode } from '../lib/http/connection-fault.ts';
import type { Exchange } from '../lib/http/exchange.ts';
import { quote } from '../lib/quote.ts';
import type { ScrapeError, ScrapeFailure } from '../model/target.ts';

interface Diagnosis {
  readonly failure: ScrapeFailure;
  readonly message: (place: string, error: Error) => string;
}

const DIAGNOSES: Readonly<Record<Exclude<ConnectionFault, 'closed'>, Diagnosis>> = {
  refused: {
    failure: 'refused',
    message: (place) => `connection refused at ${place}; is the server up, and is the port its metrics port?`,
  },
  'no-address': {
    failure: 'unreachable',
    message: (place) => `no address is known for ${place}; is the name right, and does DNS answer?`,
  },
  'no-way': {
    failure: 'unreachable',
    message: (place) => `no way to ${place}; is the address right, and does a firewall or NetworkPolicy let us through?`,
  },
  'connect-timeout': {
    failure: 'timeout',
    message: (place) => `no connection to ${place} in time; does a firewall or NetworkPolicy drop it?`,
  },
  'other-name': {
    failure: 'tls',
    message: (place) => `the certificate of ${place} is for another name; set tls_config.server_name to the name in it`,
  },
  'out-of-date': {
    failure: 'tls',
    message: (place) => `the certificate of ${place} is not valid today; renew it, or set the clock right`,
  },
  untrusted: {
    failure: 'tls',
    message: (place) => `the certificate of ${place} is from no authority that we trust; name its CA in tls_config.ca_file`,
  },
  'not-tls': {
    failure: 'tls',
    message: (place) => `${place} does not speak TLS; is it scheme: http?`,
  },
  handshake: {
    failure: 'tls',
    message: (place) =>
      `${place} broke off the TLS handshake; does it want a client certificate (tls_config.cert_file and key_file) that it knows?`,
  },
  tls: {
    failure: 'tls',
    message: (place, error) => `TLS with ${place} failed (${quote(error.message)}); do tls_config and the server fit together?`,
  },
  'not-http': {
    failure: 'failed',
    message: (place) => `${place} does not answer in HTTP/1.1; is it scheme: https, or another port?`,
  },
};

/** The error of an exchange that broke off. */
export function brokenError(url: URL, broken: Extract<Exchange, { kind: 'broken' }>): ScrapeError {
  const fault = connectionFault(broken.error);
  if (fault !== 'closed') return { failure: DIAGNOSES[fault].failure, message: DIAGNOSES[fault].message(url.host, broken.error) };
  if (broken.progress === 'reading') {
    return { failure: 'failed', message: `${url.host} closed the connection in the middle of its answer; its own log may say why` };
  }
  const certificate = url.protocol === 'https:' ? ', or does it want a client certificate' : '';
  return {
    failure: 'failed',
    message: `${url.host} closed the connection without an answer (${errorCode(broken.error)}); is it restarting${certificate}?`,
  };
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
