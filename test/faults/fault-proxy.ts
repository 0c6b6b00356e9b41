// A way to a server on loopback that fails as networks and what stands in them do. Bytes pass as they are until a fault is put in force.
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Passage } from './passage.ts';

/** Bytes are those of an answer: they are counted from the last bytes that the client sent, and from when the fault came into force. */
export type Fault =
  | { readonly kind: 'none' }
  /** Answers come so much later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Answers come in pieces of so many bytes. */
  | { readonly kind: 'drip'; readonly bytes: number; readonly everyMs: number }
  /** RST after so many bytes; with 0 as soon as the client asks. */
  | { readonly kind: 'reset'; readonly afterBytes: number }
  /** FIN after so many bytes; with 0 as soon as the client asks. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** Noise in the place of what follows so many bytes, as long as that would have been. */
  | { readonly kind: 'garbage'; readonly afterBytes: number }
  /** Half-open: after so many bytes nothing comes any more, and no end; the connection stays so when the fault is over. */
  | { readonly kind: 'stall'; readonly afterBytes: number }
  /** Nobody listens; connections that are open are reset. */
  | { readonly kind: 'refuse' };

export const NO_FAULT: Fault = { kind: 'none' };

export interface FaultProxy extends AsyncDisposable {
  /** The same while it lives, whether it listens or not. */
  readonly port: number;
  /** From now on, for connections that are open too. */
  use(fault: Fault): Promise<void>;
  /** Resets every connection once; new ones are let through. */
  reset(): void;
}

export interface FaultProxyOptions {
  /** Of loopback. */
  readonly toPort: number;
  /** Default: one that the system chooses. */
  readonly port?: number;
}

/** Listens on loopback when it settles. */
export async function startFaultProxy({ toPort, port: wanted = 0 }: FaultProxyOptions): Promise<FaultProxy> {
  const passages = new Set<Passage>();
  let fault = NO_FAULT;
  let port = wanted;
  let server: Server | undefined;

  const accept = (client: Socket): void => {
    const passage = new Passage({ client, toPort, fault: () => fault, ended: () => passages.delete(passage) });
    passages.add(passage);
  };
  const reset = (): void => {
    for (const passage of passages) passage.reset();
  };
  const open = async (): Promise<void> => {
    if (server !== undefined) return;
    server = createServer(accept).listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  };
  const close = async (): Promise<void> => {
    const closing = server;
    server = undefined;
    if (closing === undefined) return;
    const closed = once(closing.close(), 'close');
    reset();
    await closed;
  };
  await open();
  return {
    get port() {
      return port;
    },
    use: async (next) => {
      fault = next;
      for (const passage of passages) passage.began();
      await (next.kind === 'refuse' ? close() : open());
    },
    reset,
    [Symbol.asyncDispose]: close,
  };
}
