import { expect, it } from 'vitest';
import { compileRelabel, type RelabelSettings } from '../../src/lib/relabel.ts';

const DEFAULTS = { source_labels: [], separator: ';', regex: '(.*)', replacement: '$1', action: 'replace' } as const;

function relabel(rules: readonly Partial<RelabelSettings>[], labels: Record<string, string>): Record<string, string> | undefined {
  const result = compileRelabel(rules.map((rule) => ({ ...DEFAULTS, ...rule })))(new Map(Object.entries(labels)));
  return result && Object.fromEntries(result);
}

it.each([
  { name: 'keep matches', rules: [{ action: 'keep', source_labels: ['a'], regex: 'x.*' }], labels: { a: 'xy' }, expected: { a: 'xy' } },
  { name: 'keep fails', rules: [{ action: 'keep', source_labels: ['a'], regex: 'x' }], labels: { a: 'xy' }, expected: undefined },
  {
    name: 'drop matches',
    rules: [{ action: 'drop', source_labels: ['a', 'b'], regex: 'x;y' }],
    labels: { a: 'x', b: 'y' },
    expected: undefined,
  },
  { name: 'drop fails', rules: [{ action: 'drop', source_labels: ['a'], regex: 'y' }], labels: { a: 'x' }, expected: { a: 'x' } },
  {
    name: 'replace with a group',
    rules: [{ source_labels: ['a'], regex: '(.)(.)', target_label: 'b', replacement: '$2$1' }],
    labels: { a: 'xy' },
    expected: { a: 'xy', b: 'yx' },
  },
  {
    name: 'replace that does not match',
    rules: [{ source_labels: ['a'], regex: 'z', target_label: 'b' }],
    labels: { a: 'x' },
    expected: { a: 'x' },
  },
  { name: 'an empty result removes the label', rules: [{ source_labels: ['none'], target_label: 'a' }], labels: { a: 'x' }, expected: {} },
  { name: 'a constant', rules: [{ target_label: 'b', replacement: 'c' }], labels: {}, expected: { b: 'c' } },
  {
    name: 'a target from a group',
    rules: [{ source_labels: ['a'], target_label: 'l_$1', replacement: 'v' }],
    labels: { a: 'k' },
    expected: { a: 'k', l_k: 'v' },
  },
  {
    name: 'an impossible target is ignored',
    rules: [{ source_labels: ['a'], target_label: '$1', replacement: 'v' }],
    labels: { a: '1-2' },
    expected: { a: '1-2' },
  },
  {
    name: 'separator',
    rules: [{ source_labels: ['a', 'b'], separator: '/', target_label: 'c' }],
    labels: { a: '1', b: '2' },
    expected: { a: '1', b: '2', c: '1/2' },
  },
  {
    name: 'rules in order',
    rules: [
      { target_label: 'a', replacement: 'x' },
      { action: 'keep', source_labels: ['a'], regex: 'x' },
    ],
    labels: {},
    expected: { a: 'x' },
  },
  { name: 'no rules', rules: [], labels: { a: 'x' }, expected: { a: 'x' } },
] as const)('$name', ({ rules, labels, expected }) => {
  expect(relabel(rules, labels)).toEqual(expected);
});
