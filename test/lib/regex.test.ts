import { expect, it } from 'vitest';
import { compileAnchored } from '../../src/lib/regex.ts';

it.each([
  { pattern: 'a|b', text: 'ab', matches: false },
  { pattern: 'a|b', text: 'b', matches: true },
  { pattern: 'a.b', text: 'a\nb', matches: true },
  { pattern: '', text: '', matches: true },
  { pattern: '(?i)gpu', text: 'GPU', matches: true },
])('$pattern on $text', ({ pattern, text, matches }) => {
  expect(compileAnchored(pattern).matches(text)).toBe(matches);
});

it.each([
  { template: '${x}-$1', expected: 'b-a' },
  { template: '$$1', expected: '$1' },
  { template: '$9$nope', expected: '' },
  { template: '$1x', expected: '' },
  { template: '$1é$é', expected: '' },
  { template: '$1·${}$', expected: 'a·${}$' },
  { template: '${1}x', expected: 'ax' },
])('expands $template', ({ template, expected }) => {
  expect(compileAnchored('(a)(?P<x>b)').expand('ab', template)).toBe(expected);
});

it('does not expand a text that it does not match', () => {
  expect(compileAnchored('a').expand('b', 'x')).toBeUndefined();
});

it('answers in linear time where backtracking would not', () => {
  expect(compileAnchored('(a+)+b').matches('a'.repeat(5000))).toBe(false);
});
