import { expect, it } from 'vitest';
import { isLoopback, parseListen } from '../../src/config/listen.ts';
import { parseDurationMs } from '../../src/lib/duration.ts';

it.each([
  ['500ms', 500],
  ['5s', 5000],
  ['1m30s', 90_000],
  ['1h', 3_600_000],
  ['2d', 172_800_000],
  ['', undefined],
  ['5', undefined],
  ['-5s', undefined],
  ['1.5s', undefined],
  ['5s ', undefined],
])('duration %j', (text, expected) => {
  expect(parseDurationMs(text)).toBe(expected);
});

it.each([
  ['127.0.0.1:9443', { host: '127.0.0.1', port: 9443 }],
  ['[::1]:80', { host: '::1', port: 80 }],
  [':9410', { host: '0.0.0.0', port: 9410 }],
  ['localhost:0', { host: 'localhost', port: 0 }],
  ['::1:80', undefined],
  ['9443', undefined],
  ['host:70000', undefined],
  ['host:', undefined],
])('address %j', (text, expected) => {
  expect(parseListen(text)).toEqual(expected);
});

it.each([
  ['127.0.0.1', true],
  ['127.1.2.3', true],
  ['::1', true],
  ['localhost', true],
  ['0.0.0.0', false],
  ['127.0.0.1.example.org', false],
  ['::', false],
])('loopback %j is %j', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});
