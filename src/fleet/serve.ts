// A fleet on real sockets: one HTTP server per endpoint, which listens while its process would.
import type { Clock } from '../lib/clock.ts';
import { UserError } from '../lib/user-error.ts';
import { EndpointServer } from './endpoint-server.ts';
import type { Fleet } from './fleet.ts';

export interface ServedFleet {
  /** `http://host:port/metrics` by endpoint id; a port stays the same over restarts of its process. */
  readonly urls: ReadonlyMap<string, string>;
  /** `http://host:port` of the HTTP API of each Triton, by the id of its endpoint. */
  readonly apiUrls: ReadonlyMap<string, string>;
  /** Settles when every socket is closed. */
  close(): Promise<void>;
}

/** How late a listener may open or close after its process did; requests themselves are answered as of their own time. */
const FOLLOW_MS = 100;

/** Rejects with a UserError when the host cannot be listened on. The fleet then moves with the clock, whether it is read or not. */
export async function serveFleet(fleet: Fleet, options: { readonly clock: Clock; readonly host: string }): Promise<ServedFleet> {
  const { clock, host } = options;
  const metrics = fleet.endpoints().map((endpoint) => new EndpointServer(endpoint, { fleet, clock, host, face: 'metrics' }));
  const tritons = fleet.endpoints().filter(({ source }) => source === 'triton');
  const apis = tritons.map((endpoint) => new EndpointServer(endpoint, { fleet, clock, host, face: 'api' }));
  const servers = [...metrics, ...apis];
  await openAll(servers, host);
  const stopping = new AbortController();
  const following = follow(servers, { clock, signal: stopping.signal });
  return {
    urls: urlsOf(metrics),
    apiUrls: urlsOf(apis),
    close: async () => {
      stopping.abort();
      await following;
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}

function urlsOf(servers: readonly EndpointServer[]): ReadonlyMap<string, string> {
  return new Map(servers.map((server) => [server.endpoint.id, server.url()]));
}

async function openAll(servers: readonly EndpointServer[], host: string): Promise<void> {
  const opened = await Promise.allSettled(servers.map((server) => server.open()));
  const failure = opened.find((result) => result.status === 'rejected');
  if (failure === undefined) return;
  await Promise.all(servers.map((server) => server.close()));
  const message = `cannot serve the fleet on "${host.slice(0, 50)}": ${failure.reason}; use an address of this machine such as 127.0.0.1`;
  throw new UserError(1, message, { cause: failure.reason });
}

async function follow(servers: readonly EndpointServer[], options: { readonly clock: Clock; readonly signal: AbortSignal }): Promise<void> {
  const { clock, signal } = options;
  while (!signal.aborted) {
    for (const server of servers) await server.follow();
    await clock.sleep(FOLLOW_MS, signal);
  }
}
