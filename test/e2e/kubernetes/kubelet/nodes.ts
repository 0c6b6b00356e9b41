// Nodes and their kubelets' `/metrics/resource`: HTTPS, bearer tokens checked by the API server.
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import * as z from 'zod';
import type { Api } from '../control-plane/api.ts';
import type { PodRunner } from './runner.ts';

/** A node with the serving certificate of its kubelet. */
export interface KubeletIdentity {
  readonly name: string;
  readonly ip: string;
  readonly certPem: string;
  readonly keyPem: string;
}

interface Context {
  readonly api: Api;
  readonly runner: PodRunner;
}

/** A kubelet's default. */
const KUBELET_PORT = 10_250;
export const NODE_CPUS = 8;
/** Each pod uses half a core and 256 MiB at any time. */
export const POD_CPU_CORES = 0.5;
export const POD_MEMORY_BYTES = 256 * 1024 * 1024;
const NODE_MEMORY_BYTES = 4 * 1024 * 1024 * 1024;
/** A kubelet looks at its containers about this often; between, an exposition repeats numbers and their time stamps. */
const HOUSEKEEPING_MS = 10_000;

/** Settles when the nodes are in the API and their kubelets listen. */
export async function startNodes(nodes: readonly KubeletIdentity[], context: Context): Promise<{ close(): Promise<void> }> {
  const servers: Server[] = [];
  for (const node of nodes) {
    await createNode(context.api, node);
    servers.push(await startKubelet(node, context));
  }
  return {
    close: async () => {
      for (const server of servers) {
        const closed = once(server.close(), 'close');
        server.closeAllConnections();
        await closed;
      }
    },
  };
}

async function createNode(api: Api, { name, ip }: KubeletIdentity): Promise<void> {
  await api.ok({ method: 'POST', path: '/api/v1/nodes', body: { apiVersion: 'v1', kind: 'Node', metadata: { name } } });
  const resources = { cpu: String(NODE_CPUS), memory: '16Gi', pods: '110' };
  const status = {
    addresses: [{ type: 'InternalIP', address: ip }],
    daemonEndpoints: { kubeletEndpoint: { Port: KUBELET_PORT } },
    capacity: resources,
    allocatable: resources,
    conditions: [{ type: 'Ready', status: 'True' }],
  };
  await api.ok({ method: 'PATCH', path: `/api/v1/nodes/${name}/status`, body: { status } });
}

async function startKubelet({ name, ip, certPem, keyPem }: KubeletIdentity, { api, runner }: Context): Promise<Server> {
  const mayRead = createAdmission(api);
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const token = /^Bearer (?<token>.+)$/.exec(request.headers.authorization ?? '')?.groups?.['token'];
    const status = token === undefined ? 401 : await mayRead(token);
    const path = request.url ?? '';
    const isFound = path === '/metrics/resource';
    response.writeHead(status !== 200 ? status : isFound ? 200 : 404, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
    response.end(status === 200 && isFound ? expositionOf({ runner, name }) : '');
  };
  const server = createServer({ cert: certPem, key: keyPem, keepAliveTimeout: 60_000 }, (request, response) => {
    respond(request, response).catch(() => response.destroy());
  });
  server.listen(KUBELET_PORT, ip);
  await once(server, 'listening');
  return server;
}

const tokenReview = z.object({
  status: z.object({
    authenticated: z.boolean().default(false),
    user: z.object({ username: z.string().default(''), groups: z.array(z.string()).default([]) }).prefault({}),
  }),
});
const accessReview = z.object({ status: z.object({ allowed: z.boolean() }) });

/** As a kubelet with webhook authentication and authorisation: 200, 401 or 403 for a token, remembered for the life of the process. */
function createAdmission(api: Api): (token: string) => Promise<number> {
  const known = new Map<string, Promise<number>>();
  const review = async (token: string): Promise<number> => {
    const who = tokenReview.parse(
      await api.ok({
        method: 'POST',
        path: '/apis/authentication.k8s.io/v1/tokenreviews',
        body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token } },
      }),
    );
    if (!who.status.authenticated) return 401;
    const { username, groups } = who.status.user;
    const resourceAttributes = { verb: 'get', resource: 'nodes', subresource: 'metrics' };
    const may = accessReview.parse(
      await api.ok({
        method: 'POST',
        path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
        body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec: { user: username, groups, resourceAttributes } },
      }),
    );
    return may.status.allowed ? 200 : 403;
  };
  return (token) => {
    const answer = known.get(token) ?? review(token);
    known.set(token, answer);
    return answer;
  };
}

function expositionOf({ runner, name }: { readonly runner: PodRunner; readonly name: string }): string {
  const pods = runner.podsOn(name);
  const atMs = Math.floor(Date.now() / HOUSEKEEPING_MS) * HOUSEKEEPING_MS;
  // Since some day in the past, as counters of things that run for long.
  const seconds = (atMs / 1000) % 1e7;
  const family = (metric: string, type: string, samples: readonly string[]): string =>
    `# HELP ${metric} [STABLE] As a kubelet says it\n# TYPE ${metric} ${type}\n${samples.map((sample) => `${metric}${sample} ${atMs}\n`).join('')}`;
  const each = (labels: (pod: string, namespace: string, container: string) => string, value: number): string[] =>
    pods.map(({ metadata, spec }) => `{${labels(metadata.name, metadata.namespace, spec.containers[0]?.name ?? '')}} ${value}`);
  const podLabels = (pod: string, namespace: string): string => `namespace="${namespace}",pod="${pod}"`;
  const containerLabels = (pod: string, namespace: string, container: string): string =>
    `container="${container}",${podLabels(pod, namespace)}`;
  return [
    family('container_cpu_usage_seconds_total', 'counter', each(containerLabels, seconds * POD_CPU_CORES)),
    family('container_memory_working_set_bytes', 'gauge', each(containerLabels, POD_MEMORY_BYTES)),
    family('node_cpu_usage_seconds_total', 'counter', [` ${seconds * POD_CPU_CORES * pods.length}`]),
    family('node_memory_working_set_bytes', 'gauge', [` ${NODE_MEMORY_BYTES}`]),
    family('pod_cpu_usage_seconds_total', 'counter', each(podLabels, seconds * POD_CPU_CORES)),
    family('pod_memory_working_set_bytes', 'gauge', each(podLabels, POD_MEMORY_BYTES)),
    '# HELP resource_scrape_error [STABLE] 1 if there was an error while getting container metrics, 0 otherwise\n# TYPE resource_scrape_error gauge\nresource_scrape_error 0\n',
  ].join('');
}
