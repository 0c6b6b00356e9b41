// One inference request over gRPC, to cancel it: over HTTP a client can only leave.
import { connect, constants } from 'node:http2';

export interface Call {
  readonly model: string;
  readonly sequenceId: number;
}

const METHOD = '/inference.GRPCInferenceService/ModelInfer';

/** Begins a sequence whose first request takes no time, and waits for its answer, until `cancel` aborts. Settles when the call has ended. */
export async function beginSequence(address: string, call: Call, cancel: AbortSignal): Promise<void> {
  const session = connect(`http://${address}`);
  const stream = session.request({ ':method': 'POST', ':path': METHOD, 'content-type': 'application/grpc', te: 'trailers' });
  const ended = new Promise<void>((resolve) => stream.on('close', resolve));
  // A cancelled call ends with the code that says so.
  stream.on('error', () => undefined);
  cancel.addEventListener('abort', () => stream.close(constants.NGHTTP2_CANCEL));
  stream.resume();
  stream.end(framed(inferRequest(call)));
  await ended;
  session.close();
}

/** gRPC's length-prefixed message, not compressed. */
function framed(message: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** ModelInferRequest of the KServe protocol, with the numbers of its fields (grpc_service.proto). */
function inferRequest({ model, sequenceId }: Call): Buffer {
  const id = parameter('sequence_id', Buffer.from([0x10, sequenceId]));
  const start = parameter('sequence_start', Buffer.from([0x08, 1]));
  const shape = Buffer.from([1, 1]);
  const input = Buffer.concat([field(1, Buffer.from('DELAY')), field(2, Buffer.from('FP32')), field(3, shape)]);
  const noTime = Buffer.alloc(4);
  return Buffer.concat([field(1, Buffer.from(model)), field(4, id), field(4, start), field(5, input), field(7, noTime)]);
}

function parameter(name: string, value: Buffer): Buffer {
  return Buffer.concat([field(1, Buffer.from(name)), field(2, value)]);
}

/** A length-delimited field of Protocol Buffers; everything here is shorter than 128 bytes. */
function field(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
}
