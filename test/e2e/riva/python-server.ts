// A server of gRPC's C core, which is what Riva's is made of, with a health service of one method.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

export interface CoreServer {
  /** Files of PEM; plaintext without. */
  readonly cert?: string;
  readonly key?: string;
  /** With it every client must show a certificate. */
  readonly clientRoot?: string;
}

const PROGRAM = `
import json, sys, time
from concurrent import futures
import grpc
asked = json.loads(sys.argv[1])
read = lambda name: open(asked[name], "rb").read() if asked.get(name) else None
handler = grpc.unary_unary_rpc_method_handler(lambda request, context: bytes([8, 1]))
server = grpc.server(futures.ThreadPoolExecutor(4))
server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("grpc.health.v1.Health", {"Check": handler}),))
if asked.get("cert"):
    root = read("clientRoot")
    credentials = grpc.ssl_server_credentials(((read("key"), read("cert")),), root, root is not None)
    port = server.add_secure_port("127.0.0.1:0", credentials)
else:
    port = server.add_insecure_port("127.0.0.1:0")
server.start()
print(port, flush=True)
sys.stdin.read()
`;

/** Returns its port; it ends with the test. */
export async function serveCore(python: string, server: CoreServer): Promise<number> {
  const child: ChildProcess = spawn(python, ['-c', PROGRAM, JSON.stringify(server)], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  });
  if (child.stdout === null) throw new Error('BUG: its output is a pipe');
  const [line] = await once(createInterface(child.stdout), 'line');
  return Number(line);
}
