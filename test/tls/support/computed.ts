// Keys and signatures are made beside the event loop: here it is known when none is under way.
import { webcrypto } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, vi } from 'vitest';

const COMPUTES = ['generateKey', 'exportKey', 'importKey', 'sign', 'digest'] as const;

/** Settles when all that was to be computed is, and what follows from it has been done. */
export type Computed = () => Promise<void>;

/** To be called once in a file: what is computed in its tests is counted. */
export function useComputed(): Computed {
  let underWay = 0;
  let restore = (): void => {};
  beforeEach(() => {
    const spies = COMPUTES.map((name) => {
      const original: unknown = webcrypto.subtle[name];
      const counted = async (...args: readonly unknown[]): Promise<unknown> => {
        underWay += 1;
        try {
          return typeof original === 'function' ? await Reflect.apply(original, webcrypto.subtle, args) : undefined;
        } finally {
          underWay -= 1;
        }
      };
      return vi.spyOn(webcrypto.subtle, name).mockImplementation(counted as never);
    });
    restore = () => {
      for (const spy of spies) spy.mockRestore();
    };
  });
  afterEach(() => restore());
  return async () => {
    do {
      await setImmediate();
    } while (underWay > 0);
  };
}
