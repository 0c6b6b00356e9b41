// Binary operators between vectors: what matches what, which labels come out, what is refused.
import { describe, expect, it } from 'vitest';
import { ask, engineOver } from '../../support/ask.ts';
import { load } from '../../support/load.ts';

const TABLE = `
  use{pod="a", gpu="0"}     10
  use{pod="a", gpu="1"}     20
  use{pod="b", gpu="0"}     30
  cap{pod="a", kind="big"}  100
  cap{pod="b", kind="small"} 50
  cap{pod="c", kind="big"}  70
  lim{pod="a", kind="big"}  60
  lim{pod="b", kind="small"} 60
  dup{pod="a", n="1"}       1
  dup{pod="a", n="2"}       2
  gone{pod="a"}             _
`;

const engine = engineOver(load(10_000, TABLE));

describe('matched', () => {
  it.each([
    { name: 'one to one', expr: 'cap - lim', gives: ['{kind="big", pod="a"} 40', '{kind="small", pod="b"} -10'] },
    { name: 'a filter keeps left values and names', expr: 'cap > lim', gives: ['cap{kind="big", pod="a"} 100'] },
    { name: 'bool drops names', expr: 'cap > bool lim', gives: ['{kind="big", pod="a"} 1', '{kind="small", pod="b"} 0'] },
    { name: 'on keeps its labels only', expr: 'cap + on(pod) lim', gives: ['{pod="a"} 160', '{pod="b"} 110'] },
    { name: 'a filter with on loses the name', expr: 'cap > on(pod) lim', gives: ['{pod="a"} 100'] },
    { name: 'ignoring drops its labels', expr: 'cap + ignoring(kind) lim', gives: ['{pod="a"} 160', '{pod="b"} 110'] },
    { name: 'a filter with ignoring keeps the name', expr: 'cap > ignoring(kind) lim', gives: ['cap{pod="a"} 100'] },
    {
      name: 'group_left keeps the labels of the left',
      expr: 'use / on(pod) group_left cap',
      gives: ['{gpu="0", pod="a"} 0.1', '{gpu="0", pod="b"} 0.6', '{gpu="1", pod="a"} 0.2'],
    },
    {
      name: 'group_left takes labels along',
      expr: 'use * on(pod) group_left(kind, none) cap',
      gives: ['{gpu="0", kind="big", pod="a"} 1000', '{gpu="0", kind="small", pod="b"} 1500', '{gpu="1", kind="big", pod="a"} 2000'],
    },
    { name: 'an included label that is absent is removed', expr: 'use{gpu="1"} * on(pod) group_left(gpu) cap', gives: ['{pod="a"} 2000'] },
    {
      name: 'group_right swaps the sides, not the operands',
      expr: 'cap - on(pod) group_right(kind) use',
      gives: ['{gpu="0", kind="big", pod="a"} 90', '{gpu="0", kind="small", pod="b"} 20', '{gpu="1", kind="big", pod="a"} 80'],
    },
    {
      name: 'a filter with group_right gives the left value',
      expr: 'cap > on(pod) group_right use{gpu="1"}',
      gives: ['use{gpu="1", pod="a"} 100'],
    },
    { name: 'the name may be included', expr: 'use{gpu="1"} * on(pod) group_left(__name__) cap', gives: ['cap{gpu="1", pod="a"} 2000'] },
    {
      name: 'bool drops its own name, and takes one that is included',
      expr: 'use{gpu="1"} < bool on(pod) group_left(__name__, kind) cap',
      gives: ['cap{gpu="1", kind="big", pod="a"} 1'],
    },
    { name: 'without a partner nothing', expr: 'use + cap', gives: [] },
    { name: 'an empty side gives nothing', expr: 'gone + on(pod) dup', gives: [] },
    { name: 'an empty right gives nothing', expr: 'dup + on(pod) gone', gives: [] },
    { name: 'on() matches everything', expr: 'sum(use) % on() vector(7)', gives: ['{} 4'] },
    { name: 'an angle', expr: 'cap{pod="a"} atan2 lim', gives: ['{kind="big", pod="a"} 1.0303768265243125'] },
    { name: 'a power', expr: 'cap{pod="b"} ^ on() vector(2)', gives: ['{} 2500'] },
    { name: 'on() matches everything', expr: 'sum(use) / on() vector(2)', gives: ['{} 30'] },
    { name: 'sums of two families', expr: 'sum by (pod) (use) / sum by (pod) (cap)', gives: ['{pod="a"} 0.3', '{pod="b"} 0.6'] },
  ])('$name: $expr', async ({ expr, gives }) => {
    expect(await ask(engine, { expr, timeMs: 0 })).toEqual(gives);
    expect(await ask(engine, { expr, timeMs: 0 })).toEqual(gives);
  });
});

describe('sets', () => {
  it.each([
    { expr: 'cap and lim', gives: ['cap{kind="big", pod="a"} 100', 'cap{kind="small", pod="b"} 50'] },
    { expr: 'use and on(pod) cap{kind="small"}', gives: ['use{gpu="0", pod="b"} 30'] },
    { expr: 'use and ignoring(gpu) gone', gives: [] },
    { expr: 'cap unless lim', gives: ['cap{kind="big", pod="c"} 70'] },
    { expr: 'cap unless gone', gives: ['cap{kind="big", pod="a"} 100', 'cap{kind="big", pod="c"} 70', 'cap{kind="small", pod="b"} 50'] },
    { expr: 'lim or cap', gives: ['cap{kind="big", pod="c"} 70', 'lim{kind="big", pod="a"} 60', 'lim{kind="small", pod="b"} 60'] },
    {
      expr: 'use{gpu="1"} or on(pod) cap',
      gives: ['cap{kind="big", pod="c"} 70', 'cap{kind="small", pod="b"} 50', 'use{gpu="1", pod="a"} 20'],
    },
    { expr: 'dup or dup', gives: ['dup{n="1", pod="a"} 1', 'dup{n="2", pod="a"} 2'] },
    { expr: '(lim or cap) * 1', gives: ['{kind="big", pod="a"} 60', '{kind="big", pod="c"} 70', '{kind="small", pod="b"} 60'] },
    { expr: 'gone or vector(0)', gives: ['{} 0'] },
  ])('$expr', async ({ expr, gives }) => {
    expect(await ask(engine, { expr, timeMs: 0 })).toEqual(gives);
  });
});

describe('refused', () => {
  it.each([
    {
      expr: 'use + on(pod) dup',
      message:
        'found duplicate series for the match group {pod="a"} on the right hand-side of the operation: [{__name__="dup", n="2", pod="a"}, {__name__="dup", n="1", pod="a"}];many-to-many matching not allowed: matching labels must be unique on one side',
    },
    {
      expr: 'dup * ignoring(n, gpu) group_right use',
      message:
        'found duplicate series for the match group {pod="a"} on the left hand-side of the operation: [{__name__="dup", n="2", pod="a"}, {__name__="dup", n="1", pod="a"}];many-to-many matching not allowed: matching labels must be unique on one side',
    },
    {
      expr: 'use / on(pod) cap',
      message:
        'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right); the left side of "/" has several series for {pod="a"}',
    },
    {
      name: 'also where a comparison leaves one of them',
      expr: 'dup > on(pod) (lim{pod="a"} / 40)',
      message:
        'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right); the left side of ">" has several series for {pod="a"}',
    },
    {
      expr: 'use / on(pod) group_left(gpu) cap',
      message: 'multiple matches for labels: grouping labels must ensure unique matches; {pod="a"} comes out twice',
    },
    {
      name: 'also where a comparison leaves none of them',
      expr: 'use > on(pod) group_left(gpu) cap',
      message: 'multiple matches for labels: grouping labels must ensure unique matches; {__name__="use", pod="a"} comes out twice',
    },
    {
      name: 'of different groups',
      expr: '{__name__=~"cap|lim", pod="a"} * on(__name__, pod) group_left {__name__=~"cap|lim", pod="a"}',
      message:
        'vector cannot contain metrics with the same labelset; {kind="big", pod="a"} is there twice: select one metric name or aggregate first',
    },
    {
      name: 'matched by name, and named no more',
      expr: '{__name__=~"cap|lim", pod="a"} * on(__name__, pod) {__name__=~"cap|lim", pod="a"}',
      message: 'vector cannot contain metrics with the same labelset; {pod="a"} is there twice: select one metric name or aggregate first',
    },
    {
      expr: '-{__name__=~"cap|lim"}',
      message:
        'vector cannot contain metrics with the same labelset; {kind="big", pod="a"} is there twice: select one metric name or aggregate first',
    },
  ])('$expr', async ({ expr, message }) => {
    await expect(ask(engine, { expr, timeMs: 0 })).rejects.toMatchObject({ failure: 'execution', message });
  });

  it('lets names that differ through where only one of them has a value', async () => {
    expect(await ask(engine, { expr: 'abs({__name__=~"gone|lim", pod="a"})', timeMs: 0 })).toEqual(['{kind="big", pod="a"} 60']);
  });
});
