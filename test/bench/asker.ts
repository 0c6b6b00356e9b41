// A client in a process of its own: one connection, twenty questions a second, the time of each answer.
import { setTimeout } from 'node:timers/promises';
import { Agent, request } from 'undici';

const [url = '', durationMs = '1000'] = process.argv.slice(2);
const PAUSE_MS = 50;
const dispatcher = new Agent({ connections: 1, connect: { rejectUnauthorized: false } });
const latencies: number[] = [];
let bytes = 0;
const endMs = performance.now() + Number(durationMs);
while (performance.now() < endMs) {
  const startMs = performance.now();
  const { statusCode, body } = await request(url, { dispatcher, headers: { accept: 'application/json' } });
  bytes = (await body.arrayBuffer()).byteLength;
  if (statusCode !== 200) throw new Error(`status ${statusCode}`);
  latencies.push(performance.now() - startMs);
  await setTimeout(PAUSE_MS);
}
await dispatcher.close();
process.send?.({ latencies, bytes });
process.disconnect();
