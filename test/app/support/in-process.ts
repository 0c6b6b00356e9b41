// Requests to an application without sockets: what Node's server would hand over after it has read a head, and the bytes of the answer.
import { IncomingMessage, type RequestListener, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { Writable } from 'node:stream';

export interface Question {
  readonly method: string;
  readonly target: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface Reply {
  readonly code: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Settles when the answer is whole. */
export function ask(app: RequestListener, { method, target, headers }: Question): Promise<Reply> {
  const request = new IncomingMessage(NOBODY);
  request.method = method;
  request.url = target;
  Object.assign(request, {
    headers,
    rawHeaders: Object.entries(headers).flat(),
    httpVersionMajor: 1,
    httpVersionMinor: 1,
    httpVersion: '1.1',
  });
  // The body, where the head announced one, is read by nobody.
  request.push(null);
  const response = new ServerResponse(request);
  const pieces: Buffer[] = [];
  const sink = new Writable({
    write: (chunk: Buffer | string, encoding, done) => {
      pieces.push(typeof chunk === 'string' ? Buffer.from(chunk, encoding) : Buffer.from(chunk));
      done();
    },
  });
  return new Promise((resolve, reject) => {
    response.once('error', reject);
    response.once('finish', () => {
      resolve(replyOf(Buffer.concat(pieces)));
      response.emit('close');
    });
    // All that it needs of a socket is to be written to.
    response.assignSocket(sink as unknown as Socket);
    app(request, response);
  });
}

const NOBODY = new Socket();

function replyOf(bytes: Buffer): Reply {
  const end = bytes.indexOf('\r\n\r\n');
  const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
  return { code: Number(first.split(' ')[1]), headers, body: bytes.toString('utf8', end + 4) };
}
