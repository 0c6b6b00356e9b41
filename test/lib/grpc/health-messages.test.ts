// The messages of grpc.health.v1 byte by byte.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeCheckResponse, encodeCheckRequest } from '../../../src/lib/grpc/health-messages.ts';

it('writes a request', () => {
  expect([...encodeCheckRequest('')]).toEqual([]);
  expect([...encodeCheckRequest('asr')]).toEqual([0x0a, 3, 0x61, 0x73, 0x72]);
  expect([...encodeCheckRequest('x'.repeat(200)).subarray(0, 3)]).toEqual([0x0a, 0xc8, 0x01]);
});

it.each([
  ['nothing', [], 'unknown'],
  ['zero', [8, 0], 'unknown'],
  ['one', [8, 1], 'serving'],
  ['two', [8, 2], 'not-serving'],
  ['three', [8, 3], 'service-unknown'],
  ['a number of later versions', [8, 9], 'unknown'],
  ['fields of later versions before it', [0x12, 2, 8, 2, 0x1d, 0, 0, 0, 0, 0x21, 0, 0, 0, 0, 0, 0, 0, 0, 0x28, 0x96, 1, 8, 1], 'serving'],
  ['the last of several', [8, 2, 8, 1], 'serving'],
])('reads %s', (_what, bytes, status) => {
  expect(decodeCheckResponse(Uint8Array.from(bytes))).toBe(status);
});

it.each([
  ['a number without its end', [8, 0x80]],
  ['a number of more than 64 bits', [8, ...Array.from({ length: 11 }, () => 0x80), 1]],
  ['a text that is cut', [0x12, 5, 1]],
  ['a kind of field that there is none of', [0x0b, 1]],
])('refuses %s', (_what, bytes) => {
  expect(() => decodeCheckResponse(Uint8Array.from(bytes))).toThrow('the answer is no message of grpc.health.v1');
});

it('takes any bytes in its stride', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      try {
        return ['unknown', 'serving', 'not-serving', 'service-unknown'].includes(decodeCheckResponse(bytes));
      } catch (error) {
        return error instanceof Error && error.message === 'the answer is no message of grpc.health.v1';
      }
    }),
  );
});
