// How the two kinds of server answer a request, without a socket: the same for HTTP and for reading in process.
import type { Endpoint, Reading } from './fleet.ts';

interface Answer {
  readonly kind: 'answer';
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

interface Question {
  readonly source: Endpoint['source'];
  readonly method: string;
  /** With or without a query. */
  readonly path: string;
}

/**
 * The answer to a request, or why there is none. Triton: data at `/metrics` and `/metrics/`, 200 and nothing at any other path,
 * 405 for anything but GET. dcgm-exporter: data at `/metrics` whatever the method, 404 elsewhere.
 */
export function answerOf(reading: Reading, question: Question): Answer | Exclude<Reading, { kind: 'body' }> {
  if (reading.kind !== 'body') return reading;
  const path = question.path.replace(/\?.*$/s, '');
  if (question.source === 'dcgm') return path === '/metrics' ? plain(200, reading.text) : plain(404, '404 page not found\n');
  if (question.method !== 'GET') return { ...plain(405, '{"error":"Method Not Allowed"}'), contentType: 'text/plain' };
  return plain(200, path === '/metrics' || path === '/metrics/' ? reading.text : '');
}

function plain(status: number, body: string): Answer {
  return { kind: 'answer', status, contentType: 'text/plain; charset=utf-8', body };
}
