// Equal questions once at a time, and answers that hold for a while.
import { describe, expect, it } from 'vitest';
import { Answers, TooManyPending } from '../../src/auth/answers.ts';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';

function counted(clock = new VirtualClock()) {
  const answers = new Answers<number>(clock);
  let calls = 0;
  const ask = (question: string, keepMs = 1000) => answers.ask(question, async () => ({ answer: ++calls, keepMs }));
  return { clock, answers, ask, calls: () => calls };
}

describe('an answer', () => {
  it('holds for its time, and not a millisecond longer', async () => {
    const { clock, answers, ask } = counted();
    expect(answers.known('q')).toBeUndefined();
    expect(await ask('q')).toBe(1);
    await clock.advance(999);
    expect(answers.known('q')).toBe(1);
    expect(await ask('q')).toBe(1);
    await clock.advance(1);
    expect(answers.known('q')).toBeUndefined();
    expect(await ask('q')).toBe(2);
  });

  it('is for its question only', async () => {
    const { ask } = counted();
    expect([await ask('q'), await ask('r'), await ask('q')]).toEqual([1, 2, 1]);
  });

  it('is waited for by all who ask meanwhile', async () => {
    const { ask, calls } = counted();
    expect(await Promise.all([ask('q'), ask('q'), ask('q')])).toEqual([1, 1, 1]);
    expect(calls()).toBe(1);
  });

  it('that fails fails for all who wait, and is not remembered', async () => {
    const { answers, ask } = counted();
    const fail = () => answers.ask('q', () => Promise.reject(new Error('no')));
    const thrown = answers.ask('thrown', () => {
      throw new Error('no');
    });
    await expect(thrown).rejects.toThrow('no');
    expect(await ask('thrown')).toBe(1);
    const results = await Promise.allSettled([fail(), fail()]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await ask('q')).toBe(2);
  });
});

describe('bounds', () => {
  it('let those go that were not asked for the longest', async () => {
    const { answers, ask } = counted();
    const long = (name: string) => name.padEnd(1024 * 1024, 'x');
    for (const name of ['a', 'b', 'c']) await ask(long(name));
    expect(answers.known(long('a'))).toBe(1);
    await ask(long('d'));
    expect([answers.known(long('a')), answers.known(long('b'))]).toEqual([1, undefined]);
  });

  it('let four hundred questions be under way', async () => {
    const answers = new Answers<number>(new VirtualClock());
    const { promise, resolve } = Promise.withResolvers<void>();
    const find = async () => {
      await promise;
      return { answer: 1, keepMs: 1000 };
    };
    const pending = Array.from({ length: 400 }, (_, index) => answers.ask(`q${index}`, find));
    await expect(answers.ask('one more', find)).rejects.toThrow(
      new TooManyPending('400 questions to the API server are under way already'),
    );
    const joined = answers.ask('q0', find);
    resolve();
    expect(await Promise.all([...pending, joined])).toHaveLength(401);
    expect(await answers.ask('one more', find)).toBe(1);
  });
});
