// What is written as YAML is read back the same, by the rules of both versions in use.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Json, writeYaml } from '../../src/lib/yaml.ts';

describe('writeYaml', () => {
  it.each<[Json, string]>([
    [null, 'null\n'],
    [true, 'true\n'],
    [-1.5e300, '-1.5e+300\n'],
    ['', '""\n'],
    ['triton-0', 'triton-0\n'],
    ['Yes', '"Yes"\n'],
    ['1500m', '"1500m"\n'],
    ['e0', '"e0"\n'],
    ['a: b', '"a: b"\n'],
    ['\u2028\u007f\ufeff', '"\\u2028\\u007f\\ufeff"\n'],
    [[], '[]\n'],
    [{}, '{}\n'],
    [{ a: undefined }, '{}\n'],
    [{ a: { b: undefined }, c: [] }, 'a: {}\nc: []\n'],
    [
      { kind: 'List', items: [{ name: 'a', labels: { x: '1' } }, { name: 'b' }] },
      'kind: List\nitems:\n- name: a\n  labels:\n    x: "1"\n- name: b\n',
    ],
    [[[1, [2]], []], '- - 1\n  - - 2\n- []\n'],
    [{ 'app.kubernetes.io/name': 'x', 'a b': { on: 1 } }, 'app.kubernetes.io/name: x\n"a b":\n  "on": 1\n'],
  ])('%j', (value, text) => {
    expect(writeYaml(value)).toBe(text);
  });

  const word = fc.oneof(
    fc.constantFrom(
      'y',
      'No',
      'NULL',
      '~',
      '0x1f',
      '1_000',
      '12:30',
      '2026-08-22',
      '1e3',
      '.inf',
      'e0',
      '=',
      '<<',
      '- a',
      'a #b',
      '!x',
      '&a',
      '*a',
      '%',
    ),
    fc.string({ maxLength: 12 }),
    fc.string({ unit: 'grapheme', maxLength: 6 }),
  );
  const { value: json } = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      word,
      fc.constantFrom(null, true, false),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(word, tie('value'), { maxKeys: 4 }).map((fields) => ({ ...fields })),
    ),
  }));

  it.each(['1.1', '1.2'] as const)('is read back by YAML %s', (version) => {
    fc.assert(
      fc.property(json, (value) => {
        expect(parse(writeYaml(value), { version, merge: false })).toEqual(value);
      }),
      { numRuns: 500 },
    );
  });
});
