// The order of an instant's answer.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareNaturally } from '../../../../src/promql/eval/functions/natural-order.ts';
import { evaluates } from '../../support/evaluates.ts';

describe('sort and sort_desc', () => {
  evaluates(
    `
    v{i="a"} 2 3
    v{i="b"} NaN
    v{i="c"} -Inf 4 stale
    v{i="d"} 10
    v{i="e"} -0
    v{i="f"} Inf
    `,
    [
      {
        expr: 'sort(v)',
        at: 5,
        ordered: ['v{i="c"} -Inf', 'v{i="e"} -0', 'v{i="a"} 2', 'v{i="d"} 10', 'v{i="f"} Inf', 'v{i="b"} NaN'],
      },
      {
        expr: 'sort(v)',
        at: 20,
        ordered: ['v{i="e"} -0', 'v{i="a"} 3', 'v{i="d"} 10', 'v{i="f"} Inf', 'v{i="b"} NaN'],
        newest: [0, 10, 0, 0, 0],
      },
      {
        expr: 'sort_desc(v)',
        at: 5,
        ordered: ['v{i="f"} Inf', 'v{i="d"} 10', 'v{i="a"} 2', 'v{i="e"} -0', 'v{i="c"} -Inf', 'v{i="b"} NaN'],
      },
      { expr: 'sort(nothing)', ordered: [] },
      { expr: 'sort(sum by (i) (v > 2))', at: 20, ordered: ['{i="a"} 3', '{i="d"} 10', '{i="f"} Inf'] },
    ],
  );
});

describe('sort_by_label', () => {
  evaluates(
    `
    disk{n="sd10", z="b"}  1
    disk{n="sd9", z="a"}   2
    disk{n="sd9", z="b"}   3
    disk{n="sda", z="a"}   4
    disk{n="sd010", z="a"} 5 stale
    load{n="sd9", z="a"}   6
    spare{n="sd9"}         7
    `,
    [
      {
        expr: 'sort_by_label(disk, "n")',
        at: 10,
        ordered: ['disk{n="sd9", z="a"} 2', 'disk{n="sd9", z="b"} 3', 'disk{n="sd10", z="b"} 1', 'disk{n="sda", z="a"} 4'],
      },
      {
        expr: 'sort_by_label_desc(disk, "n")',
        at: 10,
        ordered: ['disk{n="sda", z="a"} 4', 'disk{n="sd10", z="b"} 1', 'disk{n="sd9", z="b"} 3', 'disk{n="sd9", z="a"} 2'],
      },
      {
        expr: 'sort_by_label(disk, "z", "n")',
        at: 10,
        ordered: ['disk{n="sd9", z="a"} 2', 'disk{n="sda", z="a"} 4', 'disk{n="sd9", z="b"} 3', 'disk{n="sd10", z="b"} 1'],
      },
      { expr: 'sort_by_label({n="sd9", z="a"}, "nothing")', ordered: ['disk{n="sd9", z="a"} 2', 'load{n="sd9", z="a"} 6'] },
      {
        expr: 'sort_by_label({n="sd9"}, "z")',
        ordered: ['disk{n="sd9", z="a"} 2', 'load{n="sd9", z="a"} 6', 'disk{n="sd9", z="b"} 3', 'spare{n="sd9"} 7'],
      },
      {
        expr: 'sort_by_label_desc({n="sd9"}, "z")',
        ordered: ['spare{n="sd9"} 7', 'disk{n="sd9", z="b"} 3', 'load{n="sd9", z="a"} 6', 'disk{n="sd9", z="a"} 2'],
      },
      { expr: 'sort_by_label({n="sd9", z="a"})', ordered: ['disk{n="sd9", z="a"} 2', 'load{n="sd9", z="a"} 6'] },
    ],
  );
});

describe('sort_by_label of more series than Go sorts by insertion', () => {
  const names = Array.from({ length: 13 }, (_, at) => `w{n="${13 - at}"}`);
  const lines = names.map((name, at) => `${name} ${13 - at}`);
  evaluates(['w{i="none"} 0', ...lines].join('\n'), [
    { expr: 'sort_by_label(w, "n")', at: 0, ordered: ['w{i="none"} 0', ...lines.toReversed()] },
  ]);
});

describe('natural order', () => {
  it.each([
    [
      ['a', 'b', 'ab', 'a1'],
      ['a', 'a1', 'ab', 'b'],
    ],
    [
      ['10', '9', '1', '100'],
      ['1', '9', '10', '100'],
    ],
    [
      ['a10b2', 'a10b10', 'a9b3'],
      ['a9b3', 'a10b2', 'a10b10'],
    ],
    // Beyond 64 bits digits are text.
    [
      ['99999999999999999999', '100000000000000000000'],
      ['100000000000000000000', '99999999999999999999'],
    ],
    [
      ['9223372036854775808', '9223372036854775807'],
      ['9223372036854775807', '9223372036854775808'],
    ],
    [
      ['\u{1f600}', '\uff5e', 'z'],
      ['z', '\uff5e', '\u{1f600}'],
    ],
    [
      ['1a', '1', ''],
      ['', '1', '1a'],
    ],
  ])('of %j is %j', (texts, ordered) => {
    expect([...texts].sort(compareNaturally)).toEqual(ordered);
  });

  it('is that of numbers', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (one, other) => {
        fc.pre(one !== other);
        expect(Math.sign(compareNaturally(`gpu${one}x`, `gpu${other}x`))).toBe(Math.sign(one - other));
      }),
    );
  });
});
