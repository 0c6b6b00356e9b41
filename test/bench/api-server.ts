// An API server with the objects of a large cluster, in a process of its own: lists in pages, watches that say what they are told to, over TLS.
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Socket } from 'node:net';
import { createAuthority } from '../scrape/support/certificates.ts';
import { podJson, resourceObjects } from './cluster-objects.ts';

const [pods = '10000'] = process.argv.slice(2);
const objects = resourceObjects(Number(pods));
const watches = new Map<ServerResponse, string>();
const sockets = new Set<Socket>();
let version = 1_000_000;
let floor = 0;
let changes = 0;

const authority = await createAuthority();
const { keyPem: key, certPem: cert } = await authority.issue('kubernetes');
const server = createServer({ key, cert }, (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '', 'https://none');
  const items = objects.get(pathname) ?? [];
  response.setHeader('content-type', 'application/json');
  if (searchParams.get('watch') === 'true') {
    if (Number(searchParams.get('resourceVersion')) < floor) response.writeHead(410).end('{"kind":"Status","code":410}');
    else {
      response.flushHeaders();
      watches.set(response, pathname);
      response.on('close', () => watches.delete(response));
    }
    return;
  }
  const from = Number(searchParams.get('continue') ?? 0);
  const to = Math.min(items.length, from + Number(searchParams.get('limit')));
  const next = to < items.length ? `,"continue":"${to}"` : '';
  response.end(
    `{"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"${version}"${next}},"items":[${items.slice(from, to).join(',')}]}`,
  );
});
server.on('secureConnection', (socket) => sockets.add(socket));
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' && address !== null ? address.port : 0, ca: authority.certPem });
});

process.on('message', (order: { readonly change?: number; readonly forget?: boolean }) => {
  if (order.forget) {
    version += 1;
    floor = version;
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  }
  for (let change = 0; change < (order.change ?? 0); change += 1) changeOne();
});
process.on('disconnect', () => process.exit(0));

/** A pod becomes ready, or ceases to be. */
function changeOne(): void {
  const path = '/api/v1/pods';
  const items = objects.get(path) ?? [];
  const pod = (changes * 7919) % items.length;
  const isReady = Math.floor(changes / items.length) % 2 === 1;
  changes += 1;
  version += 1;
  const json = podJson(pod, { version, isReady });
  items[pod] = json;
  for (const [response, watched] of watches) if (watched === path) response.write(`{"type":"MODIFIED","object":${json}}\n`);
}
