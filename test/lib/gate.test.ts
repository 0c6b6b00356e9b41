import { expect, it } from 'vitest';
import { Gate } from '../../src/lib/gate.ts';

interface Piece {
  readonly name: string;
  readonly done: PromiseWithResolvers<string>;
}

function rig(
  waiting: number,
  together?: number,
): {
  readonly begun: string[];
  pass(name: string): { readonly piece: Piece; readonly passed: Promise<unknown> };
} {
  const gate = new Gate({ waiting, ...(together !== undefined && { together }) });
  const begun: string[] = [];
  return {
    begun,
    pass: (name) => {
      const piece = { name, done: Promise.withResolvers<string>() };
      const passed = gate.pass(() => {
        begun.push(name);
        return piece.done.promise;
      });
      return { piece, passed };
    },
  };
}

it('lets one in at a time, in order', async () => {
  const { begun, pass } = rig(9);
  const [one, two, three] = [pass('one'), pass('two'), pass('three')];
  await Promise.resolve();
  expect(begun).toEqual(['one']);
  one.piece.done.resolve('1');
  expect(await one.passed).toEqual({ result: '1' });
  two.piece.done.reject(new Error('broken'));
  await expect(two.passed).rejects.toThrow('broken');
  three.piece.done.resolve('3');
  expect(await three.passed).toEqual({ result: '3' });
  expect(begun).toEqual(['one', 'two', 'three']);
});

it('keeps nobody waiting when it is free', async () => {
  const { begun, pass } = rig(0);
  for (const name of ['one', 'two']) {
    const { piece, passed } = pass(name);
    piece.done.resolve(name);
    expect(await passed).toEqual({ result: name });
  }
  expect(begun).toEqual(['one', 'two']);
});

it('refuses at once where too many wait', async () => {
  const { begun, pass } = rig(1);
  const [one, two, three] = [pass('one'), pass('two'), pass('three')];
  expect(await three.passed).toBeUndefined();
  one.piece.done.resolve('1');
  two.piece.done.resolve('2');
  expect(await two.passed).toEqual({ result: '2' });
  expect(begun).toEqual(['one', 'two']);
});

it('lets nobody overtake who waits', async () => {
  const { begun, pass } = rig(5);
  const [one] = [pass('one'), pass('two')];
  one.piece.done.resolve('1');
  await one.passed;
  pass('three');
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun).toEqual(['one', 'two']);
});

it('lets as many in together as it is told', async () => {
  const { begun, pass } = rig(1, 2);
  const [one, two, three, four] = [pass('one'), pass('two'), pass('three'), pass('four')];
  expect(await four.passed).toBeUndefined();
  expect(begun).toEqual(['one', 'two']);
  two.piece.done.resolve('2');
  expect(await two.passed).toEqual({ result: '2' });
  const five = pass('five');
  expect(begun).toEqual(['one', 'two', 'three']);
  for (const { piece } of [one, three, five]) piece.done.resolve('');
  await Promise.all([one.passed, three.passed, five.passed]);
  expect(begun).toEqual(['one', 'two', 'three', 'five']);
});
