// How the two sides of an HTTP/2 connection greet each other, and who answers in another way (RFC 9113, section 3.4).

/** What a client says first: the preface, then a SETTINGS frame without settings. */
export const PREFACE: Uint8Array = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1'),
  Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
]);

/** What a server says first: HTTP/2 begins with SETTINGS. */
export type Greeting = 'http2' | 'http1' | 'tls' | 'other';

/** Length of a frame's head. */
const FRAME_HEAD = 9;
const SETTINGS = 4;
/** Content types of TLS records: alert and handshake, then the major version 3. */
const TLS_RECORDS: ReadonlySet<number> = new Set([0x15, 0x16]);

/** Undefined while what came is too short to tell. */
export function greetingOf(first: Uint8Array): Greeting | undefined {
  const head = Buffer.from(first.subarray(0, FRAME_HEAD));
  if (head.length >= 2 && TLS_RECORDS.has(head.readUInt8(0)) && head.readUInt8(1) === 3) return 'tls';
  if (head.length >= 5 && head.toString('latin1').startsWith('HTTP/')) return 'http1';
  if (head.length < FRAME_HEAD) return undefined;
  return head.readUInt8(3) === SETTINGS && head.readUInt32BE(5) === 0 ? 'http2' : 'other';
}
