// Files of a few lines, of which the kernel does not say the size beforehand.
import { open } from 'node:fs/promises';
import { quote } from './quote.ts';
import { UserError } from './user-error.ts';

/** A machine with a thousand cores and as many interrupts has a /proc/stat of half a megabyte. */
const MOST_BYTES = 1024 * 1024;

/** The text of a file. Rejects as `open` does, and with a UserError for one that is longer than a megabyte. */
export async function readSmallFile(path: string): Promise<string> {
  const handle = await open(path, 'r');
  try {
    const parts: Buffer[] = [];
    let length = 0;
    for (;;) {
      const { bytesRead, buffer } = await handle.read({ buffer: Buffer.alloc(16 * 1024) });
      if (bytesRead === 0) return Buffer.concat(parts).toString('utf8');
      length += bytesRead;
      if (length > MOST_BYTES) throw new UserError(1, `cannot read ${quote(path)}: it is longer than ${MOST_BYTES} bytes; see what it is`);
      parts.push(buffer.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}
