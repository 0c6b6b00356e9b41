// Whatever has a signature does something, and nothing else does.
import { expect, it } from 'vitest';
import { FUNCTIONS } from '../../../../src/promql/eval/functions/table.ts';
import { SIGNATURES } from '../../../../src/promql/syntax/signatures.ts';

it('has every function that has a signature', () => {
  expect([...FUNCTIONS.keys()].sort()).toEqual([...SIGNATURES.keys()].sort());
});
