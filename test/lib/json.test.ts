import { expect, it } from 'vitest';
import { listOf, objectOf, textOf } from '../../src/lib/json.ts';

it.each([[undefined], [null], [7], ['text'], [true], [[1]]])('takes %j for no object', (value) => {
  expect(objectOf(value)).toEqual({});
});

it.each([[undefined], [null], [7], ['text'], [{ length: 1 }]])('takes %j for no list', (value) => {
  expect(listOf(value)).toEqual([]);
});

it.each([[undefined], [null], [7], [''], [{}]])('takes %j for no text', (value) => {
  expect(textOf(value)).toBeUndefined();
});

it('gives back what is one', () => {
  const [object, list] = [{ a: 1 }, [1]];
  expect(objectOf(object)).toBe(object);
  expect(listOf(list)).toBe(list);
  expect(textOf('a')).toBe('a');
});
