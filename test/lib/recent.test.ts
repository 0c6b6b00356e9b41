import { expect, it } from 'vitest';
import { Recent } from '../../src/lib/recent.ts';

function recentTexts(): Recent<string> {
  return new Recent({ limit: 10, weigh: (text) => text.length });
}

function kept(texts: Recent<string>): string {
  return ['a', 'b', 'c', 'd'].filter((name) => texts.get(name) !== undefined).join('');
}

it('forgets what was not asked for the longest', () => {
  const texts = recentTexts();
  texts.set('a', '1234');
  texts.set('b', '1234');
  expect(texts.get('a')).toBe('1234');
  texts.set('c', '1234');
  expect(kept(texts)).toBe('ac');
});

it('forgets several for a heavy one, and itself when it is too heavy alone', () => {
  const texts = recentTexts();
  texts.set('a', '1234');
  texts.set('b', '1234');
  texts.set('c', '1234567890');
  expect(kept(texts)).toBe('c');
  texts.set('d', '12345678901');
  expect(kept(texts)).toBe('');
  texts.set('a', '1234567890');
  expect(kept(texts)).toBe('a');
});

it('weighs what it replaces no more', () => {
  const texts = recentTexts();
  for (const value of ['12345678', '1', '12345678', '1']) texts.set('a', value);
  texts.set('b', '123456789');
  expect([texts.get('a'), texts.get('b')]).toEqual(['1', '123456789']);
});
