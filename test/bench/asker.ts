// A client in a process of its own: one connection, a pause between questions (twenty a second unless told otherwise), the time of each answer.
import { setTimeout } from 'node:timers/promises';
import { Agent, request } from 'undici';

const [url = '', durationMs = '1000', pauseMs = '50'] = process.argv.slice(2);
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
  await setTimeout(Number(pauseMs));
}
await dispatcher.close();
process.send?.({ latencies, bytes });
process.disconnect();
