import { describe, expect, it } from 'vitest';
import { momentOf } from '../../../src/cli/explain/moment.ts';

const NOW_MS = Date.parse('2026-03-01T12:00:00Z');

it.each([
  { text: '2026-03-01T03:12:00Z', moment: '2026-03-01T03:12:00Z' },
  { text: '2026-03-01T03:12', moment: '2026-03-01T03:12:00Z' },
  { text: '2026-03-01T03:12:00+02:00', moment: '2026-03-01T01:12:00Z' },
  { text: '2026-03-01T03:12:00.250Z', moment: '2026-03-01T03:12:00.250Z' },
  { text: '03:12', moment: '2026-03-01T03:12:00Z' },
  { text: '12:00', moment: '2026-03-01T12:00:00Z' },
  { text: '23:59:30', moment: '2026-02-28T23:59:30Z' },
])('reads $text', ({ text, moment }) => {
  expect(momentOf(text, NOW_MS)).toBe(moment);
});

describe('refuses', () => {
  it.each(['', 'yesterday', '24:00', '3:12', '2026-03-01', '2026-13-01T00:00:00Z', '1772334720'])('%s', (text) => {
    expect(() => momentOf(text, NOW_MS)).toThrow('expected a time such as 2026-03-01T03:12:00Z, or 03:12');
  });
});
