import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/lib/virtual-clock.ts';
import { Breaker } from '../../../src/promql/remote/breaker.ts';

const WHY = 'connection refused';

function failing(times: number): { readonly breaker: Breaker; readonly clock: VirtualClock } {
  const clock = new VirtualClock(1000);
  const breaker = new Breaker(clock);
  for (let failure = 0; failure < times; failure += 1) {
    expect(breaker.enter()).toBe(true);
    breaker.ended(WHY);
  }
  return { breaker, clock };
}

describe('a breaker', () => {
  it('opens after five failures in a row, and says the last reason', () => {
    expect(failing(4).breaker.state).toBe('closed');
    const { breaker } = failing(5);
    expect(breaker.state).toBe('open');
    expect(breaker.reason).toBe(WHY);
    expect(breaker.enter()).toBe(false);
    expect(breaker.retryInSeconds()).toBe(10);
  });

  it('counts from the start after an answer', () => {
    const { breaker } = failing(4);
    breaker.enter();
    breaker.ended(undefined);
    expect(breaker.reason).toBe('');
    breaker.enter();
    breaker.ended(WHY);
    expect(breaker.state).toBe('closed');
  });

  it('lets one question through after ten seconds, and no other meanwhile', async () => {
    const { breaker, clock } = failing(5);
    await clock.advance(9_999);
    expect(breaker.enter()).toBe(false);
    await clock.advance(1);
    expect(breaker.state).toBe('half-open');
    expect(breaker.enter()).toBe(true);
    expect(breaker.isClosedTo()).toBe(true);
    expect(breaker.enter()).toBe(false);
    breaker.ended(undefined);
    expect(breaker.state).toBe('closed');
    expect(breaker.enter()).toBe(true);
  });

  it('is open for ten seconds more when that question fails', async () => {
    const { breaker, clock } = failing(5);
    await clock.advance(10_000);
    breaker.enter();
    breaker.ended('no answer');
    expect(breaker.state).toBe('open');
    expect(breaker.reason).toBe('no answer');
    await clock.advance(10_000);
    expect(breaker.state).toBe('half-open');
  });
});
