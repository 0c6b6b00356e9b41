import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileAnchored } from '../../src/lib/regex.ts';
import type { LabelRequirement } from '../../src/model/label-selector.ts';
import { labelMatchers } from '../../src/signals/matchers.ts';
import { rowNamed } from './support.ts';

const ROW = rowNamed('triton_pending_requests');

function matchers(...requirements: readonly [LabelRequirement['key'], LabelRequirement['operator'], ...string[]][]): string {
  return labelMatchers(
    ROW,
    requirements.map(([key, operator, ...values]) => ({ key, operator, values })),
  );
}

it('renders every operator', () => {
  expect(matchers()).toBe('');
  expect(matchers(['model', 'In', 'a'])).toBe('model="a"');
  expect(matchers(['model', 'In', 'a', 'b.c'])).toBe('model=~"a|b\\\\.c"');
  expect(matchers(['model', 'NotIn', 'a'])).toBe('model!="a"');
  expect(matchers(['model', 'NotIn', 'a', 'b'])).toBe('model!~"a|b"');
  expect(matchers(['model', 'Exists'], ['version', 'DoesNotExist'])).toBe('model!="",version=""');
});

it('escapes what could end the string', () => {
  expect(matchers(['model', 'In', 'a"\\\n'])).toBe('model="a\\"\\\\\\n"');
});

it('makes alternatives that match their own text and no other', () => {
  const [one, other] = [fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 })];
  fc.assert(
    fc.property(one, other, fc.string({ maxLength: 8 }), (a, b, text) => {
      const quoted = /^model=~(?<quoted>".*")$/s.exec(matchers(['model', 'In', a, b]))?.groups?.['quoted'] ?? '';
      const inside = quoted.slice(1, -1).replace(/\\(.)/gs, (_whole, escaped: string) => (escaped === 'n' ? '\n' : escaped));
      const regex = compileAnchored(inside);
      expect([regex.matches(a), regex.matches(b), regex.matches(text)]).toEqual([true, true, text === a || text === b]);
    }),
    { numRuns: 200 },
  );
});

it('refuses a label that the signal does not have', () => {
  expect(() => matchers(['gpu', 'In', '0'])).toThrow(
    expect.objectContaining({
      failure: 'bad-expression',
      message: 'cannot select triton_pending_requests by label "gpu": it has no such label; use model, version',
    }),
  );
});
