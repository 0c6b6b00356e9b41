// Servers on loopback: gRPC with a health service, and others that are no such thing.
import { createServer as createHttp } from 'node:http';
import { createServer as createHttp2 } from 'node:http2';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer, type Server as NetServer, type Socket } from 'node:net';
import { createServer as createTls, type TlsOptions } from 'node:tls';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { HealthImplementation, type ServingStatusMap } from 'grpc-health-check';
import { onTestFinished } from 'vitest';
import type { Made } from '../../../auth/support/authority.ts';

export interface GrpcWish {
  /** Plaintext without. */
  readonly tls?: { readonly own: Made; readonly above?: readonly Made[]; readonly clientRoot?: Made } | undefined;
  /** By name; undefined: no health service at all. */
  readonly health?: ServingStatusMap | undefined;
  readonly prepare?: ((server: Server) => void) | undefined;
}

/** A server of grpc-js with the health service of grpc-health-check. Returns its port. */
export async function serveGrpc(wish: GrpcWish = {}): Promise<number> {
  const server = new Server();
  const health = 'health' in wish ? wish.health : { '': 'SERVING' as const };
  if (health !== undefined) new HealthImplementation(health).addToServer(server);
  wish.prepare?.(server);
  onTestFinished(() => server.forceShutdown());
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentialsOf(wish.tls), (error, port) => (error === null ? resolve(port) : reject(error)));
  });
}

function credentialsOf(tls: GrpcWish['tls']): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure();
  const { own, above = [], clientRoot } = tls;
  const chain = Buffer.from([own, ...above].map(({ certPem }) => `${certPem}\n`).join(''));
  const root = clientRoot === undefined ? null : Buffer.from(clientRoot.certPem);
  return ServerCredentials.createSsl(root, [{ private_key: Buffer.from(own.keyPem), cert_chain: chain }], clientRoot !== undefined);
}

/** What speaks TCP, and then as `talk` does. */
export function serveTcp(talk: (socket: Socket) => void): Promise<number> {
  return listening(createServer(talk));
}

export function serveTls(options: TlsOptions, talk: (socket: Socket) => void): Promise<number> {
  return listening(createTls(options, talk));
}

export function serveHttp1(tls?: Made): Promise<number> {
  const answer = (_request: unknown, response: { end(text: string): void }): void => response.end('hello');
  return listening(tls === undefined ? createHttp(answer) : createHttps({ cert: tls.certPem, key: tls.keyPem }, answer));
}

/** HTTP/2 that answers everything with 404. */
export function serveHttp2(): Promise<number> {
  return listening(createHttp2((_request, response) => void response.writeHead(404).end('nothing here')));
}

async function listening(server: NetServer): Promise<number> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket.on('error', () => undefined));
  };
  server.on('connection', keep).on('secureConnection', keep);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return portOf(server);
}

/** A port that nobody listens at. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function portOf(server: NetServer): number {
  const address = server.address() as AddressInfo;
  return address.port;
}
