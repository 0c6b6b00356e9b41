import { expect, it } from 'vitest';
import { compileRelabel, type RelabelSettings } from '../../src/lib/relabel.ts';

const DEFAULTS = { source_labels: [], separator: ';', regex: '(.*)', replacement: '$1', action: 'replace' } as const;

function relabel(rules: readonly Partial<RelabelSettings>[], labels: Record<string, string>): Record<string, string> | undefined {
  const result = compileRelabel(rules.map((rule) => ({ ...DEFAULTS, ...rule })))(new Map(Object.entries(labels)));
  return result && Object.fromEntries(result);
}

const EQUAL = { a: '1', b: '1', c: '2' };

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
  { name: 'keepequal', rules: [{ action: 'keepequal', source_labels: ['a'], target_label: 'b' }], labels: EQUAL, expected: EQUAL },
  {
    name: 'keepequal fails',
    rules: [{ action: 'keepequal', source_labels: ['a'], target_label: 'c' }],
    labels: EQUAL,
    expected: undefined,
  },
  { name: 'keepequal of labels that are not there', rules: [{ action: 'keepequal', target_label: 'none' }], labels: {}, expected: {} },
  { name: 'dropequal', rules: [{ action: 'dropequal', source_labels: ['a'], target_label: 'b' }], labels: EQUAL, expected: undefined },
  {
    name: 'dropequal fails',
    rules: [{ action: 'dropequal', source_labels: ['a', 'b'], target_label: 'a' }],
    labels: EQUAL,
    expected: EQUAL,
  },
  {
    name: 'lowercase',
    rules: [{ action: 'lowercase', source_labels: ['a', 'b'], separator: '-', target_label: 'c' }],
    labels: { a: 'GPU', b: 'Tesla' },
    expected: { a: 'GPU', b: 'Tesla', c: 'gpu-tesla' },
  },
  {
    name: 'uppercase onto itself',
    rules: [{ action: 'uppercase', source_labels: ['a'], target_label: 'a' }],
    labels: { a: 'gpu' },
    expected: { a: 'GPU' },
  },
  {
    name: 'lowercase of nothing',
    rules: [{ action: 'lowercase', source_labels: ['none'], target_label: 'a' }],
    labels: { a: 'x' },
    expected: {},
  },
  {
    name: 'labelmap',
    rules: [{ action: 'labelmap', regex: '__meta_label_(.+)' }],
    labels: { __meta_label_app: 'web', __meta_label_tier: 'gold', app: 'x' },
    expected: { __meta_label_app: 'web', __meta_label_tier: 'gold', app: 'web', tier: 'gold' },
  },
  {
    name: 'labelmap with a replacement',
    rules: [{ action: 'labelmap', regex: '(.)_(.)', replacement: '${2}_$1' }],
    labels: { a_b: '1' },
    expected: { a_b: '1', b_a: '1' },
  },
  {
    name: 'labelmap sees the labels as they were',
    rules: [{ action: 'labelmap', regex: 'a(.*)', replacement: 'aa$1' }],
    labels: { a: '1' },
    expected: { a: '1', aa: '1' },
  },
  {
    name: 'labelmap to what is no name',
    rules: [{ action: 'labelmap', regex: 'l(.*)' }],
    labels: { l: '1', l2: '2', l_: '3' },
    expected: { l: '1', l2: '2', l_: '3', _: '3' },
  },
  { name: 'labeldrop', rules: [{ action: 'labeldrop', regex: 'a.*' }], labels: { a: '1', ab: '2', ba: '3' }, expected: { ba: '3' } },
  {
    name: 'labelkeep',
    rules: [{ action: 'labelkeep', regex: 'a.*' }],
    labels: { a: '1', ab: '2', ba: '3' },
    expected: { a: '1', ab: '2' },
  },
  {
    name: 'a name without its groups',
    rules: [{ source_labels: ['a'], regex: '(x)|(y)', target_label: 'l_${2}', replacement: 'v' }],
    labels: { a: 'x' },
    expected: { a: 'x', l_: 'v' },
  },
  {
    name: 'a dot that is a line feed too',
    rules: [{ action: 'drop', source_labels: ['a'], regex: 'x.y' }],
    labels: { a: 'x\ny' },
    expected: undefined,
  },
] as const)('$name', ({ rules, labels, expected }) => {
  expect(relabel(rules, labels)).toEqual(expected);
});

// The last eight bytes of md5(text), as a big-endian number, modulo: computed with Python's hashlib.
it.each([
  { text: 'baz', modulus: 1000, expected: '976' },
  { text: 'foo\nbar', modulus: 1000, expected: '734' },
  { text: '10.0.0.1:8002', modulus: 4, expected: '0' },
  { text: '', modulus: 7, expected: '1' },
  { text: 'é', modulus: 1000, expected: '23' },
  { text: 'a;b', modulus: Number.MAX_SAFE_INTEGER, expected: '6205593952894486' },
])('hashmod of $text by $modulus', ({ text, modulus, expected }) => {
  expect(relabel([{ action: 'hashmod', source_labels: ['a'], target_label: 'shard', modulus }], { a: text })?.['shard']).toBe(expected);
});

it('remembers a bounded number of names, and is right about those it forgot', () => {
  const names = Array.from({ length: 2500 }, (_, at) => `${at % 2 === 0 ? 'a' : 'b'}_${at}`);
  const labels = new Map(names.map((name) => [name, name]));
  const keep = compileRelabel([{ ...DEFAULTS, action: 'labelkeep', regex: 'a_(.*)' }]);
  for (let round = 0; round < 2; round += 1) expect(keep(labels)?.size).toBe(1250);
});

it('leaves the labels that it was given as they were', () => {
  const labels = new Map([['a', 'x']]);
  expect(compileRelabel([{ ...DEFAULTS, target_label: 'b', replacement: 'c' }])(labels)).toEqual(
    new Map([
      ['a', 'x'],
      ['b', 'c'],
    ]),
  );
  expect(labels.size).toBe(1);
});
