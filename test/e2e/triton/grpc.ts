// The two calls that need gRPC: over HTTP a request cannot be cancelled, and loading a model keeps other requests waiting.
import { connect, constants } from 'node:http2';

const SERVICE = '/inference.GRPCInferenceService';

/** Settles when the model is ready. */
export async function loadModel(address: string, model: string): Promise<void> {
  const status = await call(address, { method: 'RepositoryModelLoad', message: field(2, Buffer.from(model)) });
  if (status !== '0') throw new Error(`cannot load ${model}: gRPC status ${status}`);
}

export interface Sequence {
  readonly model: string;
  readonly id: number;
  readonly cancel: AbortSignal;
}

/** Begins a sequence with a request that takes no time. Settles when it is answered or cancelled. */
export async function beginSequence(address: string, { model, id, cancel }: Sequence): Promise<void> {
  await call(address, { method: 'ModelInfer', message: inferRequest({ model, sequence: id }), cancel });
}

interface Call {
  readonly method: string;
  readonly message: Buffer;
  readonly cancel?: AbortSignal;
}

/** The status of a unary call; undefined when it was cancelled. */
async function call(address: string, { method, message, cancel }: Call): Promise<unknown> {
  const session = connect(`http://${address}`);
  const stream = session.request({
    ':method': 'POST',
    ':path': `${SERVICE}/${method}`,
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  let status: unknown;
  const keepStatus = (headers: Readonly<Record<string, unknown>>): void => {
    status = headers['grpc-status'] ?? status;
  };
  const closed = new Promise<void>((resolve) => stream.on('close', resolve));
  // A call without an answer has its status in the first headers. A cancelled one ends with the error that says so.
  stream
    .on('response', keepStatus)
    .on('trailers', keepStatus)
    .on('error', () => undefined);
  cancel?.addEventListener('abort', () => stream.close(constants.NGHTTP2_CANCEL));
  stream.resume();
  stream.end(framed(message));
  await closed;
  session.close();
  return status;
}

/** gRPC's length-prefixed message, not compressed. */
function framed(message: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

export interface InferRequest {
  readonly model: string;
  /** How long the model sleeps; no time unless said. */
  readonly seconds?: number;
  /** Id of a sequence that the request begins. */
  readonly sequence?: number;
}

/** ModelInferRequest of the KServe protocol, with the numbers of its fields (grpc_service.proto). */
export function inferRequest({ model, seconds = 0, sequence }: InferRequest): Buffer {
  const begins =
    sequence === undefined
      ? []
      : [field(4, parameter('sequence_id', Buffer.from([0x10, sequence]))), field(4, parameter('sequence_start', Buffer.from([0x08, 1])))];
  const shape = Buffer.from([1, 1]);
  const input = Buffer.concat([field(1, Buffer.from('DELAY')), field(2, Buffer.from('FP32')), field(3, shape)]);
  const delay = Buffer.alloc(4);
  delay.writeFloatLE(seconds);
  return Buffer.concat([field(1, Buffer.from(model)), ...begins, field(5, input), field(7, delay)]);
}

function parameter(name: string, value: Buffer): Buffer {
  return Buffer.concat([field(1, Buffer.from(name)), field(2, value)]);
}

/** A length-delimited field of Protocol Buffers; everything here is shorter than 128 bytes. */
function field(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
}
