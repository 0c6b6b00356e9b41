// Loopback addresses for pods and nodes: a /16 of 127.0.0.0/8 that no other run on this machine has.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { METRICS_PORT } from './protocol.ts';

/** A claimed block of addresses: `127.B.0.0/16`. */
export interface Block extends AsyncDisposable {
  readonly number: number;
}

export interface Addresses {
  /** `127.B.x.y`, one after the other. Throws after 65,000. */
  nextPod(): string;
}

const FIRST_BLOCK = 16;
const LAST_BLOCK = 250;
/** The last 512 addresses: one says that the block is taken, the others are nodes'. */
const PODS = 65_536 - 512;

/** Rejects when every block is taken. */
export async function claimBlock(): Promise<Block> {
  const blocks = LAST_BLOCK - FIRST_BLOCK;
  const first = process.pid % blocks;
  for (let tried = 0; tried < blocks; tried += 1) {
    const number = FIRST_BLOCK + ((first + tried) % blocks);
    const claim = createServer();
    claim.listen(METRICS_PORT, `127.${number}.255.254`);
    const isOurs = await Promise.race([once(claim, 'listening').then(() => true), once(claim, 'error').then(() => false)]);
    if (!isOurs) continue;
    const release = async (): Promise<void> => {
      const closed = once(claim, 'close');
      claim.close();
      await closed;
    };
    return { number, [Symbol.asyncDispose]: release };
  }
  throw new Error('cannot have pod addresses: every block of 127.0.0.0/8 is in use; end other runs');
}

/** From the end of the block; `number` begins at 0. */
export function nodeAddress(block: number, number: number): string {
  return addressIn(block, PODS + number);
}

export function podAddresses(block: number): Addresses {
  let used = 0;
  return {
    nextPod: () => {
      used += 1;
      if (used >= PODS) throw new Error(`cannot have another pod address: all ${PODS} of 127.${block}.0.0/16 were used`);
      return addressIn(block, used);
    },
  };
}

function addressIn(block: number, index: number): string {
  return `127.${block}.${index >> 8}.${index & 255}`;
}
