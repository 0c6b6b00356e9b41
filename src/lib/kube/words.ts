// What went wrong between us and an API server, in words that say what to look at.
import { type ConnectionFault, connectionFault, errorCode } from '../http/connection-fault.ts';
import { quote } from '../quote.ts';
import { KubeUnreachable, type UnreachableReason } from './client.ts';

interface Diagnosis {
  readonly reason: UnreachableReason;
  readonly words: string;
}

const DIAGNOSES: Readonly<Record<Exclude<ConnectionFault, 'closed' | 'tls'>, Diagnosis>> = {
  refused: { reason: 'connection', words: 'connection refused; is it up, and is its address right?' },
  'no-address': { reason: 'connection', words: 'no address is known for it; is the name right, and does DNS answer?' },
  'no-way': { reason: 'connection', words: 'no way to it; does a firewall or NetworkPolicy let us through?' },
  'connect-timeout': { reason: 'timeout', words: 'no connection in time; does a firewall or NetworkPolicy drop it?' },
  'other-name': { reason: 'tls', words: 'its certificate is for another name; set tls-server-name to the name in it' },
  'out-of-date': { reason: 'tls', words: 'its certificate is not valid today; renew it, or set the clock right' },
  untrusted: { reason: 'tls', words: 'its certificate is from no authority that we trust; correct certificate-authority' },
  'not-tls': { reason: 'tls', words: 'it does not speak TLS; is its address one of https?' },
  handshake: { reason: 'tls', words: 'it broke off the TLS handshake; does it know our client certificate?' },
  'not-http': { reason: 'connection', words: 'it does not answer in HTTP/1.1; is its address right?' },
};

/** The error of a connection that failed or broke. */
export function brokenConnection(server: string, error: Error): KubeUnreachable {
  const { reason, words } = diagnose(error);
  return new KubeUnreachable(`cannot reach the API server ${server}: ${words}`, { reason, cause: error });
}

function diagnose(error: Error): Diagnosis {
  const fault = connectionFault(error);
  if (fault === 'tls') {
    return { reason: 'tls', words: `TLS failed (${quote(error.message)}); do the kubeconfig and the server fit together?` };
  }
  if (fault !== 'closed') return DIAGNOSES[fault];
  return { reason: 'connection', words: `the connection was closed (${errorCode(error)}); is the server restarting?` };
}

/** The message of a Status object, else undefined. */
export function statusMessage(json: unknown): string | undefined {
  if (typeof json !== 'object' || json === null || !('message' in json) || typeof json.message !== 'string') return undefined;
  return shortened(json.message);
}

// A refusal names the user, the verb and the resource in about 150 characters.
const MOST_CHARACTERS = 300;

function shortened(text: string): string {
  const line = text.replaceAll(/\p{Cc}+/gu, ' ');
  return line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS - 1)}…` : line;
}
