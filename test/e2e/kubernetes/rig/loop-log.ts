// Where the monitor of an event loop writes, and what it wrote.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** Variable with the path of its file. */
export const LOOP_LOG = 'E2E_LOOP_LOG';

export const LOOP_MONITOR = fileURLToPath(new URL('./loop-monitor.ts', import.meta.url));

export interface Stall {
  /** When it was over, on the wall clock. */
  readonly atMs: number;
  readonly heldMs: number;
}

/** In order of time; shorter ones than 20 ms are not noted. */
export async function readStalls(file: string): Promise<readonly Stall[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => {
    const [atMs = '', heldMs = ''] = line.split(' ');
    return { atMs: Number(atMs), heldMs: Number(heldMs) };
  });
}

/** The longest that ended in a span of time; 0 when none is noted. */
export function longestStall(stalls: readonly Stall[], { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): number {
  return Math.max(0, ...stalls.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs).map(({ heldMs }) => heldMs));
}
