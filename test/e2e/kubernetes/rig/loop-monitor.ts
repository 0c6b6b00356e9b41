// Loaded into Plimsoll's process before its own code: notes when its event loop was held up, and by how much of its own work.
// Waiting for the processor is left out, for on a busy machine that says nothing about Plimsoll.
import { appendFileSync } from 'node:fs';
import { LOOP_LOG } from './loop-log.ts';

const EVERY_MS = 5;
const NOTED_MS = 20;

const file = process.env[LOOP_LOG];
let lastMs = performance.now();
let lastCpuMs = cpuMs();

/** Of this thread alone. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

setInterval(() => {
  const [nowMs, nowCpuMs] = [performance.now(), cpuMs()];
  const heldMs = Math.min(nowMs - lastMs - EVERY_MS, nowCpuMs - lastCpuMs);
  lastMs = nowMs;
  lastCpuMs = nowCpuMs;
  if (file !== undefined && heldMs >= NOTED_MS) appendFileSync(file, `${Date.now()} ${heldMs.toFixed(1)}\n`);
}, EVERY_MS).unref();
