// An ApiState behind HTTP on loopback, whose connections can be cut and whose answers can be anything.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type ApiAnswer, ApiState } from './api-state.ts';

/** Answers what it knows; undefined leaves it to the state. */
export type Otherwise = (request: { readonly method: string; readonly path: string; readonly body: string }) => ApiAnswer | undefined;

export class ApiServer implements AsyncDisposable {
  readonly state = new ApiState();
  readonly #otherwise: Otherwise;
  readonly #sockets = new Set<Socket>();
  readonly #streams = new Set<ServerResponse>();
  #server: Server | undefined;
  #port = 0;

  constructor(otherwise: Otherwise = () => undefined) {
    this.#otherwise = otherwise;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Listens, on the same port as before. */
  async up(): Promise<void> {
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket)));
    });
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    this.#port = typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Cuts every connection and refuses new ones. */
  async down(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    server.close();
    this.kill();
    await once(server, 'close');
  }

  /** Cuts every connection. */
  kill(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Writes into every watch as it is. */
  write(text: string): void {
    for (const stream of this.#streams) stream.write(text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.down();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams: query } = new URL(request.url ?? '', 'http://none');
    const accept = request.headers.accept ?? '';
    const body = request.method === 'GET' ? '' : await textOf(request);
    const other = this.#otherwise({ method: request.method ?? '', path: pathname, body });
    if (other !== undefined) answer(response, other);
    else if (query.get('watch') === 'true') this.#stream(response, { path: pathname, query, accept });
    else answer(response, this.state.list(pathname, query, accept));
  }

  #stream(response: ServerResponse, request: { path: string; query: URLSearchParams; accept: string }): void {
    const early: string[] = [];
    let isOpen = false;
    const outcome = this.state.watch(request, {
      tell: (event) => {
        const line = `${JSON.stringify(event)}\n`;
        if (isOpen) response.write(line);
        else early.push(line);
      },
      end: (how) => (how === 'ended' ? response.end() : response.destroy()),
    });
    if (typeof outcome !== 'function') {
      answer(response, outcome);
      return;
    }
    isOpen = true;
    this.#streams.add(response);
    response.on('close', () => {
      outcome();
      this.#streams.delete(response);
    });
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    if (early.length > 0) response.write(early.join(''));
  }
}

function answer(response: ServerResponse, { status, json }: { status: number; json: unknown }): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text;
}

export async function startApiServer(otherwise?: Otherwise): Promise<ApiServer> {
  const server = new ApiServer(otherwise);
  await server.up();
  return server;
}
