// The HTTP server of one endpoint: open while its process listens, closed while connections are refused.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Clock } from '../lib/clock.ts';
import { answerOf } from './answer.ts';
import type { Endpoint, Fleet } from './fleet.ts';

interface EndpointServerOptions {
  readonly fleet: Fleet;
  readonly clock: Clock;
  readonly host: string;
  /** Which of a Triton's ports this is. */
  readonly face: 'metrics' | 'api';
}

export class EndpointServer {
  readonly endpoint: Endpoint;
  readonly #options: EndpointServerOptions;
  readonly #server: Server;
  /** 0 until the first `open` has found a free one. */
  #port = 0;

  constructor(endpoint: Endpoint, options: EndpointServerOptions) {
    this.endpoint = endpoint;
    this.#options = options;
    // Triton keeps idle connections for ever; a minute is longer than any sensible scrape interval.
    this.#server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => this.#respond(request, response));
  }

  /** Where the metrics are, or the API's paths begin. */
  url(): string {
    const { host, face } = this.#options;
    return `http://${host.includes(':') ? `[${host}]` : host}:${this.#port}${face === 'metrics' ? '/metrics' : ''}`;
  }

  /** Rejects with the system's error when the port cannot be had. */
  async open(): Promise<void> {
    this.#server.listen(this.#port, this.#options.host);
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address !== null && typeof address === 'object') this.#port = address.port;
  }

  /** Closes the listener and every connection, as the end of a process does. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  /** Brings the listener in line with the process; a port that somebody else took meanwhile is tried again the next time. */
  async follow(): Promise<void> {
    const phase = this.#now().phase(this.endpoint.id);
    const shouldListen = phase === 'up' || phase === 'hanging';
    if (shouldListen === this.#server.listening) return;
    if (shouldListen) await this.open().catch(() => {});
    else await this.close();
  }

  #respond(request: IncomingMessage, response: ServerResponse): void {
    const answer = this.#answer(request);
    if (answer.kind === 'hang') return;
    if (answer.kind === 'refused') {
      request.socket.destroy();
      return;
    }
    const { status, contentType, body } = answer;
    response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) });
    response.end(body);
  }

  #answer({ method = '', url = '' }: IncomingMessage): ReturnType<typeof answerOf> {
    const fleet = this.#now();
    const { id, source } = this.endpoint;
    if (this.#options.face === 'metrics') return answerOf(fleet.read(id), { source, method, path: url });
    const answer = fleet.readApi(id, url);
    return answer.kind === 'api' ? { kind: 'answer', status: answer.status, contentType: 'application/json', body: answer.body } : answer;
  }

  #now(): Fleet {
    const { fleet, clock } = this.#options;
    fleet.advanceTo(clock.nowMs());
    return fleet;
  }
}
