import { describe, expect, it } from 'vitest';
import { Body, BodyBuffers } from '../../../src/lib/http/body-buffers.ts';

function bytesOf(letter: string, count: number): Uint8Array {
  return new TextEncoder().encode(letter.repeat(count));
}

function textOf(body: Body): string {
  return new TextDecoder().decode(body.bytes);
}

describe('a body', () => {
  it.each([
    { name: 'empty', chunks: [], expected: 0 },
    { name: 'in one piece', chunks: [10], expected: 10 },
    { name: 'in pieces of unknown number', chunks: [40_000, 40_000, 200_000], expected: 0 },
    { name: 'longer than announced', chunks: [10, 100_000], expected: 10 },
  ])('$name is what its chunks were', ({ chunks, expected }) => {
    const body = new Body(new BodyBuffers());
    for (const [at, count] of chunks.entries()) {
      const chunk = bytesOf(String(at), count);
      body.add(chunk, expected);
      chunk.fill(0);
    }
    expect(textOf(body) === chunks.map((count, at) => String(at).repeat(count)).join('')).toBe(true);
    expect(body.length).toBe(chunks.reduce((sum, count) => sum + count, 0));
  });

  it('shares its bytes with no other one that was not released', () => {
    const buffers = new BodyBuffers();
    const one = new Body(buffers);
    const other = new Body(buffers);
    one.add(bytesOf('a', 5), 5);
    other.add(bytesOf('b', 5), 5);
    one.add(bytesOf('a', 100_000), 5);
    expect([textOf(one) === 'a'.repeat(100_005), textOf(other)]).toEqual([true, 'bbbbb']);
  });

  it('may be released twice', () => {
    const buffers = new BodyBuffers();
    const one = new Body(buffers);
    one.add(bytesOf('a', 5), 5);
    one.release();
    one.release();
    expect(buffers.take(1)).not.toBe(buffers.take(1));
    expect(textOf(one)).toBe('');
  });
});

describe('buffers', () => {
  it('are lent again once they are given back', () => {
    const buffers = new BodyBuffers();
    const first = buffers.take(10);
    expect(buffers.take(10)).not.toBe(first);
    buffers.giveBack(first);
    expect(buffers.take(10)).toBe(first);
  });

  it('are as long as was asked', () => {
    const buffers = new BodyBuffers();
    buffers.giveBack(buffers.take(10));
    expect(buffers.take(1_000_000).length).toBeGreaterThanOrEqual(1_000_000);
  });

  it('are not kept when they are huge', () => {
    const buffers = new BodyBuffers();
    const huge = buffers.take(10_000_000);
    buffers.giveBack(huge);
    expect(buffers.take(10)).not.toBe(huge);
  });
});
