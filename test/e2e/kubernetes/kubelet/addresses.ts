// Loopback addresses for pods and nodes: a /16 of 127.0.0.0/8 that no other run on this machine has.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { METRICS_PORT } from './protocol.ts';

export interface Addresses extends AsyncDisposable {
  /** `127.B.x.y`, one after the other. Throws after 65,000. */
  nextPod(): string;
  /** From the end of the range; `number` begins at 0. */
  node(number: number): string;
}

const FIRST_BLOCK = 16;
const LAST_BLOCK = 250;
/** The last 512 addresses: one says that the block is taken, the others are nodes'. */
const PODS = 65_536 - 512;

/** Rejects when every block is taken. */
export async function claimAddresses(): Promise<Addresses> {
  const blocks = LAST_BLOCK - FIRST_BLOCK;
  const first = process.pid % blocks;
  for (let tried = 0; tried < blocks; tried += 1) {
    const block = FIRST_BLOCK + ((first + tried) % blocks);
    const claim = createServer();
    claim.listen(METRICS_PORT, `127.${block}.255.254`);
    const isOurs = await Promise.race([once(claim, 'listening').then(() => true), once(claim, 'error').then(() => false)]);
    if (!isOurs) continue;
    // Held as long as the process lives, and no reason for it to live.
    claim.unref();
    return addressesOf(block, async () => {
      const closed = once(claim, 'close');
      claim.close();
      await closed;
    });
  }
  throw new Error('cannot have pod addresses: every block of 127.0.0.0/8 is in use; end other runs');
}

function addressesOf(block: number, release: () => Promise<void>): Addresses {
  let used = 0;
  const address = (index: number): string => `127.${block}.${index >> 8}.${index & 255}`;
  return {
    nextPod: () => {
      used += 1;
      if (used >= PODS) throw new Error(`cannot have another pod address: all ${PODS} of 127.${block}.0.0/16 were used`);
      return address(used);
    },
    node: (number) => address(PODS + number),
    [Symbol.asyncDispose]: release,
  };
}
