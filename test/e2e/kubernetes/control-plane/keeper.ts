// Ends process groups when whoever started them is gone, however it went: its end closes our input.
// Started by `daemons.ts`, which writes `+PID` and `-PID` lines.
import { createInterface } from 'node:readline';

const groups = new Set<number>();
for await (const line of createInterface({ input: process.stdin })) {
  const pid = Number(line.slice(1));
  if (line.startsWith('+')) groups.add(pid);
  else groups.delete(pid);
}
for (const pid of [...groups].reverse()) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
