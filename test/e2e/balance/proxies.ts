// Real proxies before some servers of gRPC: one that balances connections, two that balance requests.
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { startChild } from '../child.ts';
import { freePorts } from '../ports.ts';
import { until } from '../wait.ts';
import { type Proxies, proxyEnvironment } from './programs.ts';

export interface Balancer extends AsyncDisposable {
  /** 127.0.0.1:PORT. */
  readonly address: string;
  /** One command of haproxy's runtime API; nginx has none. */
  command(text: string): Promise<string>;
}

export type Balancing = 'connections by haproxy' | 'requests by haproxy' | 'requests by nginx' | 'HTTP/1.1 by haproxy';

const READY_MS = 10_000;
const STOP_MS = 5000;
/** haproxy takes a server for up until its first check has failed. */
const CHECKED_MS = 600;

/** `backends` are addresses that are asked while they accept connections; the proxy finds out within half a second. */
export async function startBalancer(
  balancing: Balancing,
  about: { readonly proxies: Proxies; readonly backends: readonly string[] },
): Promise<Balancer> {
  const { proxies, backends } = about;
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-proxy-'));
  const [port = 0] = await freePorts(1);
  const isNginx = balancing === 'requests by nginx';
  const file = join(folder, 'proxy.conf');
  await writeFile(file, isNginx ? nginxConfig({ port, backends, folder }) : haproxyConfig({ balancing, port, backends, folder }));
  const args = isNginx ? ['-p', folder, '-c', file, '-e', 'stderr'] : ['-db', '-f', file];
  const child = startChild(isNginx ? proxies.nginx : proxies.haproxy, args, proxyEnvironment(proxies, process.env));
  const dispose = async (): Promise<void> => {
    await child.stop(STOP_MS);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await until({
      ask: async () => {
        if (child.exit() !== undefined) throw new Error(`${balancing}: the proxy ended:\n${child.output()}`);
        return (await accepts(port)) || undefined;
      },
      withinMs: READY_MS,
      everyMs: 50,
      failure: () => `${balancing}: no connection after ${READY_MS} ms:\n${child.output()}`,
    });
    await setTimeout(CHECKED_MS);
  } catch (error) {
    await dispose();
    throw error;
  }
  return { address: `127.0.0.1:${port}`, command: (text) => askSocket(join(folder, 'admin'), text), [Symbol.asyncDispose]: dispose };
}

interface Place {
  readonly port: number;
  readonly backends: readonly string[];
  readonly folder: string;
}

/** As a Service of type LoadBalancer or ClusterIP, `mode tcp` sees connections only. */
function haproxyConfig({ balancing, port, backends, folder }: Place & { readonly balancing: Balancing }): string {
  const isTcp = balancing === 'connections by haproxy';
  const isHttp2 = balancing === 'requests by haproxy';
  const servers = backends.map((address, at) => `  server s${at} ${address} check inter 200ms rise 1 fall 1${isHttp2 ? ' proto h2' : ''}`);
  return `global
  stats socket ${join(folder, 'admin')} level admin
defaults
  mode ${isTcp ? 'tcp' : 'http'}
  timeout connect 1s
  timeout client 60s
  timeout server 60s
  retries 0
frontend front
  bind 127.0.0.1:${port}${isHttp2 ? ' proto h2' : ''}
  default_backend servers
backend servers
  balance ${isTcp ? 'roundrobin' : 'leastconn'}
${servers.join('\n')}
`;
}

/** One worker, so that turns are taken over all requests. */
function nginxConfig({ port, backends, folder }: Place): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `  ${kind}_temp_path ${join(folder, kind)};`);
  const user = process.getuid?.() === 0 ? 'user root root;\n' : '';
  return `daemon off;
${user}worker_processes 1;
pid ${join(folder, 'pid')};
error_log stderr warn;
events { worker_connections 256; }
http {
  access_log off;
${temporary.join('\n')}
  upstream servers {
    least_conn;
${backends.map((address) => `    server ${address} max_fails=1 fail_timeout=1s;`).join('\n')}
    keepalive 16;
  }
  server {
    listen 127.0.0.1:${port} http2;
    location / {
      grpc_pass grpc://servers;
      grpc_read_timeout 60s;
    }
  }
}
`;
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const isOpen = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return isOpen;
}

async function askSocket(path: string, text: string): Promise<string> {
  const socket = connect(path);
  socket.setEncoding('utf8');
  let said = '';
  socket.on('data', (chunk: string) => {
    said += chunk;
  });
  socket.end(`${text}\n`);
  await once(socket, 'close');
  return said.trim();
}
