import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatDuration, parseDurationMs } from '../../src/lib/duration.ts';

it.each([
  { text: '0s', ms: 0 },
  { text: '1ms', ms: 1 },
  { text: '2s500ms', ms: 2500 },
  { text: '5s', ms: 5000 },
  { text: '1m30s', ms: 90_000 },
  { text: '1h', ms: 3_600_000 },
  { text: '2d1h1ms', ms: 176_400_001 },
])('$text is $ms ms', ({ text, ms }) => {
  expect([formatDuration(ms), parseDurationMs(text)]).toEqual([text, ms]);
});

it.each(['', '5', 's', '5 s', '-5s', '1.5s', '5S', '5sec', ' 5s'])('refuses %j', (text) => {
  expect(parseDurationMs(text)).toBeUndefined();
});

it('reads what it writes', () => {
  fc.assert(fc.property(fc.nat(), (ms) => parseDurationMs(formatDuration(ms)) === ms));
});
