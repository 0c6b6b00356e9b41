import { expect, it } from 'vitest';
import { greetingOf } from '../../../src/lib/grpc/greeting.ts';

it.each([
  ['SETTINGS', Buffer.from([0, 0, 18, 4, 0, 0, 0, 0, 0, 1]), 'http2'],
  ['a frame on a stream', Buffer.from([0, 0, 18, 4, 0, 0, 0, 0, 1]), 'other'],
  ['another frame', Buffer.from([0, 0, 8, 7, 0, 0, 0, 0, 0]), 'other'],
  ['a status line', Buffer.from('HTTP/1.1 400 Bad Request'), 'http1'],
  ['its beginning', Buffer.from('HTTP/'), 'http1'],
  ['an alert of TLS', Buffer.from([0x15, 3, 1, 0, 2]), 'tls'],
  ['a handshake of TLS', Buffer.from([0x16, 3]), 'tls'],
  ['a greeting of mail', Buffer.from('220 mail.example'), 'other'],
  ['too little', Buffer.from([0, 0, 18, 4]), undefined],
  ['nothing', Buffer.from([]), undefined],
])('%s', (_what, first, greeting) => {
  expect(greetingOf(first)).toBe(greeting);
});
