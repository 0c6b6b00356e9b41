import { expect, it } from 'vitest';
import { HeldTexts, NO_TEXT } from '../../../src/explain/recorder/texts.ts';

it('keeps each text once, for as long as somebody holds it', () => {
  const texts = new HeldTexts();
  const id = texts.hold('a');
  const bytes = texts.bytes;
  expect([texts.hold('a'), texts.find('a'), texts.textOf(id), texts.bytes]).toEqual([id, id, 'a', bytes]);
  texts.release(id);
  expect(texts.find('a')).toBe(id);
  texts.release(id);
  expect([texts.find('a'), texts.textOf(id), texts.bytes]).toEqual([NO_TEXT, '', 0]);
  texts.release(id);
  texts.release(NO_TEXT);
  expect(texts.bytes).toBe(0);
});

it('gives the place of one that is gone to another', () => {
  const texts = new HeldTexts();
  const [one, other] = [texts.hold('a'), texts.hold('b')];
  texts.release(one);
  expect([texts.hold('c'), texts.textOf(one), texts.textOf(other)]).toEqual([one, 'c', 'b']);
});

it('counts text and key, and says the text that came first for a key', () => {
  const texts = new HeldTexts();
  const id = texts.hold('… s ago', '12 s ago');
  const both = texts.bytes;
  expect([texts.hold('… s ago', '15 s ago'), texts.textOf(id), texts.bytes]).toEqual([id, '12 s ago', both]);
  expect(both).toBeGreaterThan(2 * '… s ago12 s ago'.length);
});
