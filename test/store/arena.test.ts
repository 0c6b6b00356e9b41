import { expect, it } from 'vitest';
import { Arena, type Block } from '../../src/store/arena.ts';

/** Where a block lies, as a range of numbers no other chunk has. */
function rangeOf({ chunk, base }: Block, length: number): readonly [number, number] {
  return [chunk * 1e8 + base, chunk * 1e8 + base + length];
}

it('gives blocks that do not overlap, each within its chunk', () => {
  const arena = new Arena();
  const lengths = Array.from({ length: 400 }, (_, index) => 1 + ((index * 7919) % 9000));
  const blocks = [...lengths, 2_000_000, 3].map((length) => ({ length, block: arena.allocate(length) }));
  for (const { length, block } of blocks) expect(block.base + length).toBeLessThanOrEqual(arena.chunks[block.chunk]?.length ?? 0);
  const ranges = blocks.map(({ length, block }) => rangeOf(block, length)).sort(([a], [b]) => a - b);
  for (const [at, [start]] of ranges.entries()) expect(start).toBeGreaterThanOrEqual(ranges[at - 1]?.[1] ?? 0);
  expect(arena.bytes).toBe(arena.chunks.reduce((sum, { byteLength }) => sum + byteLength, 0));
});

it('uses a block again that was given back, for about as much', () => {
  const arena = new Arena();
  const block = arena.allocate(1000);
  const other = arena.allocate(1000);
  arena.release(block, 1000);
  expect(arena.allocate(990)).toEqual(block);
  expect(arena.allocate(1000)).not.toEqual(other);
  arena.release(arena.allocate(5000), 5000);
  const held = arena.bytes;
  for (let round = 0; round < 1000; round += 1) arena.release(arena.allocate(5000), 5000);
  expect(arena.bytes).toBe(held);
});
