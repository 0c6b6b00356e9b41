// A fleet of Triton pods in a process of its own: one listener on all of 127.0.0.0/8, one address a pod.
import { createServer } from 'node:http';
import { gpuUuid, podText } from './texts.ts';

const [pods = '1000', models = '15'] = process.argv.slice(2);
const ANY_GPU = gpuUuid(0);
const startMs = performance.now();
/** Rendered once a second for all pods; each then says it of its own GPU. */
let rendered = { second: -1, text: '' };

const server = createServer((request, response) => {
  const second = Math.floor((performance.now() - startMs) / 1000);
  if (second !== rendered.second)
    rendered = { second, text: podText({ models: Number(models), gpuUuid: ANY_GPU, seconds: 1000 + second }) };
  const pod = podAt(request.socket.localAddress ?? '');
  const body = Buffer.from(rendered.text.replaceAll(ANY_GPU, gpuUuid(pod)), 'latin1');
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'content-length': body.length }).end(body);
});
server.keepAliveTimeout = 120_000;
server.listen(0, '0.0.0.0', 4096, () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  process.send?.({ addresses: Array.from({ length: Number(pods) }, (_, pod) => `${addressOf(pod)}:${port}`) });
});
process.on('disconnect', () => process.exit(0));

function addressOf(pod: number): string {
  return `127.1.${pod >> 8}.${pod & 255}`;
}

function podAt(address: string): number {
  const [, , third = 0, fourth = 0] = address.split('.').map(Number);
  return third * 256 + fourth;
}
