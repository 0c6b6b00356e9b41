// A way to kube-apiserver that can be cut: bytes are passed on as they are.
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePorts } from '../../ports.ts';

export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** Resets every connection; new ones are let through. */
  cut(): void;
  /** Resets every connection and refuses new ones until `open`. */
  close(): Promise<void>;
  open(): Promise<void>;
}

/** Listens on loopback. */
export async function startTcpProxy(toPort: number): Promise<TcpProxy> {
  const [port = 0] = await freePorts(1);
  const sockets = new Set<Socket>();
  let server: Server | undefined;

  function pass(socket: Socket): void {
    const onward = connect(toPort, '127.0.0.1');
    for (const one of [socket, onward]) {
      sockets.add(one);
      one.on('error', () => {}).on('close', () => sockets.delete(one));
    }
    socket.pipe(onward).pipe(socket);
    socket.on('close', () => onward.destroy());
    onward.on('close', () => socket.destroy());
  }

  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  const open = async (): Promise<void> => {
    server = createServer(pass).listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  const close = async (): Promise<void> => {
    const closing = server;
    server = undefined;
    if (closing === undefined) return;
    const closed = once(closing.close(), 'close');
    cut();
    await closed;
  };
  await open();
  return { port, cut, open, close, [Symbol.asyncDispose]: close };
}
