import { expect, it } from 'vitest';
import { formatShard, parseShard } from '../../src/config/shard.ts';

it.each([
  ['1/1', { index: 1, count: 1 }],
  ['2/3', { index: 2, count: 3 }],
  ['1000/1000', { index: 1000, count: 1000 }],
])('%s', (text, shard) => {
  expect(parseShard(text)).toEqual({ kind: 'shard', shard });
  expect(formatShard(shard)).toBe(text);
});

const SHAPE = 'expected the number of this process and how many there are, such as 2/3';

it.each([
  ['', SHAPE],
  ['x', SHAPE],
  ['3', SHAPE],
  ['1/3/5', SHAPE],
  ['-1/3', SHAPE],
  ['1 / 3', SHAPE],
  ['1.5/3', SHAPE],
  ['1/1000000000', SHAPE],
  ['0/0', 'there is one shard at least; write 1/1 for a collector of every target'],
  ['0/3', 'shards are counted from 1; write 1/3 for the first'],
  ['4/3', 'there is no shard 4 of 3; write 1/3 to 3/3'],
  ['1/1001', 'there are at most 1000 shards; use fewer collectors'],
])('%j is wrong', (text, message) => {
  expect(parseShard(text)).toEqual({ kind: 'wrong', message });
});
