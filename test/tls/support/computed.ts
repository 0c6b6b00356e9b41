// Keys and signatures are made beside the event loop: here it is known when none is under way.
import { webcrypto } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { vi } from 'vitest';

let underWay = 0;

const COMPUTES = ['generateKey', 'exportKey', 'importKey', 'sign', 'digest'] as const;
const originals: Readonly<Record<string, unknown>> = Object.fromEntries(COMPUTES.map((name) => [name, webcrypto.subtle[name]]));
for (const name of COMPUTES) {
  const original = originals[name];
  const counted = async (...args: readonly unknown[]): Promise<unknown> => {
    underWay += 1;
    try {
      return typeof original === 'function' ? await Reflect.apply(original, webcrypto.subtle, args) : undefined;
    } finally {
      underWay -= 1;
    }
  };
  vi.spyOn(webcrypto.subtle, name).mockImplementation(counted as never);
}

/** Settles when all that was to be computed is, and what follows from it has been done. */
export async function computed(): Promise<void> {
  do {
    await setImmediate();
  } while (underWay > 0);
}
