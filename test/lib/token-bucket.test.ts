import { expect, it } from 'vitest';
import { TokenBucket } from '../../src/lib/token-bucket.ts';

it('lets a burst through, then one at a time, and never more than a burst after a pause', () => {
  const bucket = new TokenBucket({ burst: 2, everyMs: 1000 });
  const taken = [0, 0, 0, 500, 999, 1000, 1001, 2000, 60_000, 60_000, 60_000].filter((ms) => bucket.take(5000 + ms));
  expect(taken).toEqual([0, 0, 1000, 2000, 60_000, 60_000]);
});
