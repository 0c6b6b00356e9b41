// The two messages of the standard health protocol (grpc.health.v1), each with one field that matters.

/** `service-unknown` is said by streams only; a single question about such a service fails with NOT_FOUND. */
export type ServingStatus = 'unknown' | 'serving' | 'not-serving' | 'service-unknown';

export const HEALTH_CHECK = '/grpc.health.v1.Health/Check';
export const HEALTH_WATCH = '/grpc.health.v1.Health/Watch';

/** Their numbers in HealthCheckResponse.ServingStatus. */
const STATUSES: readonly ServingStatus[] = ['unknown', 'serving', 'not-serving', 'service-unknown'];

/** Wire types of Protocol Buffers. */
const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;
const FIXED32 = 5;

/** HealthCheckRequest: the service in field 1. An empty name, the server as a whole, is an empty message. */
export function encodeCheckRequest(service: string): Buffer {
  return service === '' ? Buffer.alloc(0) : textField(1, service);
}

/** A field with a text. */
export function textField(number: number, text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  return Buffer.concat([varint(number * 8 + DELIMITED), varint(bytes.length), bytes]);
}

/** HealthCheckResponse: the status in field 1, 0 when it is left out. Throws an Error for what is no such message. */
export function decodeCheckResponse(bytes: Uint8Array): ServingStatus {
  let status = 0;
  let at = 0;
  while (at < bytes.length) {
    const tag = readVarint(bytes, at);
    const field = readField(bytes, tag.next, tag.value % 8);
    if (tag.value === 8 + VARINT) status = field.value;
    at = field.next;
  }
  return STATUSES[status] ?? 'unknown';
}

interface Read {
  /** Of a varint; 0 for fields of other kinds, which mean nothing here. */
  readonly value: number;
  readonly next: number;
}

function readField(bytes: Uint8Array, at: number, wireType: number): Read {
  if (wireType === VARINT) return readVarint(bytes, at);
  const next = fieldEnd(bytes, at, wireType);
  if (next > bytes.length) throw notAMessage();
  return { value: 0, next };
}

function fieldEnd(bytes: Uint8Array, at: number, wireType: number): number {
  if (wireType === FIXED64) return at + 8;
  if (wireType === FIXED32) return at + 4;
  if (wireType !== DELIMITED) throw notAMessage();
  const length = readVarint(bytes, at);
  return length.next + length.value;
}

/** Ten bytes hold 64 bits. */
const LONGEST_VARINT = 10;

function readVarint(bytes: Uint8Array, from: number): Read {
  let value = 0;
  for (let at = from; at < from + LONGEST_VARINT; at += 1) {
    const byte = bytes[at];
    if (byte === undefined) throw notAMessage();
    value += (byte % 128) * 128 ** (at - from);
    if (byte < 128) return { value, next: at + 1 };
  }
  throw notAMessage();
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return Buffer.from([...bytes, rest]);
}

function notAMessage(): Error {
  return new Error('the answer is no message of grpc.health.v1');
}
