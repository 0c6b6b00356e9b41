// The parameters of a request: of its address, and of the form that it carries.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiFailure } from './failure.ts';
import { quoted } from './quoted.ts';

const FORM_TYPE = 'application/x-www-form-urlencoded';

/** Those of the address. */
export function readQuery(target: string): URLSearchParams {
  return new URLSearchParams(target.split('?').slice(1).join('?'));
}

/**
 * Those of the form, and after them those of the address. Rejects with an ApiFailure where the body is no form or has more than `mostBytes`
 * (limits.query_bytes); a body is then left unread.
 */
export async function readForm(
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
  mostBytes: number,
): Promise<URLSearchParams> {
  refuseOtherThanForm(request);
  if (Number(request.headers['content-length'] ?? 0) > mostBytes) throw tooLarge(mostBytes);
  // The listener asks for no body by itself.
  if (request.headers.expect?.toLowerCase() === '100-continue') response.writeContinue();
  const body = await readBody(request, mostBytes);
  return new URLSearchParams([...new URLSearchParams(body.toString('utf8')), ...readQuery(request.url ?? '')]);
}

function refuseOtherThanForm({ headers }: IncomingMessage): void {
  const { 'content-type': type = FORM_TYPE, 'content-encoding': encoding = 'identity' } = headers;
  if (type.split(';')[0]?.trim().toLowerCase() !== FORM_TYPE) {
    throw new ApiFailure('bad_data', `cannot read a body of type ${quoted(type)}; post a form (${FORM_TYPE})`, 415);
  }
  if (encoding.toLowerCase() !== 'identity') {
    throw new ApiFailure('bad_data', `cannot read a body encoded as ${quoted(encoding)}; post it as it is`, 415);
  }
}

async function readBody(request: IncomingMessage, mostBytes: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    // The answer goes over the same connection: it outlives a body that is too large.
    for await (const piece of request.iterator({ destroyOnReturn: false })) {
      bytes += piece.length;
      if (bytes > mostBytes) throw tooLarge(mostBytes);
      pieces.push(piece);
    }
  } catch (error) {
    if (error instanceof ApiFailure) throw error;
    throw new ApiFailure('canceled', 'the request was cut off within its body');
  }
  return Buffer.concat(pieces);
}

function tooLarge(mostBytes: number): ApiFailure {
  return new ApiFailure('bad_data', `cannot read a form of more than ${mostBytes} bytes (limits.query_bytes); shorten the query`, 413);
}
