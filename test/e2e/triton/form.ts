// Whether a real server still says what a committed capture says.
import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { formOf } from '../../fleet/form.ts';

const FIXTURES = new URL('../../../fixtures/triton/', import.meta.url);

/** The same families with the same help, types and labels, in the same order. */
export async function expectFormOf(fixture: string, exposition: string): Promise<void> {
  expect(shapeOf(exposition)).toEqual(shapeOf(await readFile(new URL(fixture, FIXTURES), 'utf8')));
}

/** Without the class of numbers, which depends on their values. */
function shapeOf(exposition: string): readonly object[] {
  return formOf(exposition).map(({ numbers: _numbers, ...shape }) => shape);
}
