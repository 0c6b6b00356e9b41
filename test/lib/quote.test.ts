import { expect, it } from 'vitest';
import { quote } from '../../src/lib/quote.ts';

it.each([
  { name: 'short text as it is', text: 'triton', quoted: '"triton"' },
  { name: 'quotes and control characters escaped', text: 'a"b\n', quoted: String.raw`"a\"b\n"` },
  { name: '50 characters in full', text: 'x'.repeat(50), quoted: `"${'x'.repeat(50)}"` },
  { name: 'more than 50 cut', text: 'x'.repeat(51), quoted: `"${'x'.repeat(49)}…"` },
])('$name', ({ text, quoted }) => {
  expect(quote(text)).toBe(quoted);
});
