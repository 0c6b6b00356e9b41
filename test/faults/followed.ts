// Plimsolls that follow a cluster whose API server each reaches through a fault of its own, and that ask it who may ask.

import { type Settings, settingsOf } from '../../src/app/settings.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { KubeClient } from '../../src/lib/kube/client.ts';
import { EPHEMERAL } from '../app/support/server.ts';
import { type ApiServer, type Otherwise, startApiServer } from '../lib/kube/support/api-server.ts';
import { clientOf } from '../lib/kube/support/kubeconfig.ts';
import type { FaultProxy } from './fault-proxy.ts';
import { framed, listen, type Peer } from './peers.ts';
import { Said } from './said.ts';
import type { Timing } from './timing.ts';

const PODS = '/api/v1/pods';
/** Before any Plimsoll started. */
const LONG_AGO = '2026-01-01T00:00:00Z';

/** `stays` is there all the time, `comes` is made and `goes` is deleted in the middle of the fault. */
export type PodName = 'stays' | 'comes' | 'goes';

export interface FollowedCluster extends AsyncDisposable {
  readonly api: ApiServer;
  /** By pod: what its Triton said. */
  readonly said: Readonly<Record<PodName, Said>>;
  /** The change in the middle. */
  change(): Promise<void>;
}

export async function openCluster(): Promise<FollowedCluster> {
  await using opening = new AsyncDisposableStack();
  const api = opening.use(await startApiServer(reviews));
  const said = { stays: new Said(71_000), comes: new Said(81_000), goes: new Said(91_000) };
  const tritons = {
    stays: opening.use(await listen(framed(said.stays))),
    comes: opening.use(await listen(framed(said.comes))),
    goes: opening.use(await listen(framed(said.goes))),
  };
  put(api, { name: 'stays', triton: tritons.stays });
  put(api, { name: 'goes', triton: tritons.goes });
  const stack = opening.move();
  return {
    api,
    said,
    change: async () => {
      put(api, { name: 'comes', triton: tritons.comes });
      api.state.delete(PODS, 'demo/goes');
      await tritons.goes[Symbol.asyncDispose]();
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

function put(api: ApiServer, { name, triton }: { readonly name: PodName; readonly triton: Peer }): void {
  api.state.put(PODS, {
    name,
    namespace: 'demo',
    spec: { nodeName: 'n1', containers: [{ name: 'triton', ports: [{ name: 'metrics', containerPort: triton.port }] }] },
    status: {
      phase: 'Running',
      podIP: '127.0.0.1',
      startTime: LONG_AGO,
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: LONG_AGO }],
    },
  });
}

/** Tokens that begin so are good ones; whoever has one may do everything. */
export const GOOD = 'good-';

const reviews: Otherwise = ({ method, path, body }) => {
  if (path.endsWith('/configmaps/extension-apiserver-authentication')) return { status: 200, json: { data: {} } };
  if (method !== 'POST') return undefined;
  if (path.endsWith('/subjectaccessreviews')) return { status: 201, json: { status: { allowed: true } } };
  const { spec } = JSON.parse(body) as { readonly spec: { readonly token: string } };
  const authenticated = spec.token.startsWith(GOOD);
  return { status: 201, json: { status: { authenticated, ...(authenticated && { user: { username: 'somebody' } }) } } };
};

/** How the API server is asked through a proxy; waits are in proportion to those of scrapes. */
export function clientThrough({ port }: FaultProxy, { timeoutMs, intervalMs }: Timing): Promise<KubeClient> {
  const limits = { requestMs: 4 * timeoutMs, silenceMs: 4 * intervalMs };
  return clientOf({ server: `http://127.0.0.1:${port}` }, { clock: systemClock(), limits });
}

/** Pods by discovery; who asks the metrics API needs a token. */
export function clusterSettings({ intervalMs, timeoutMs }: Timing): Settings {
  const job = {
    job_name: 'triton',
    kubernetes_sd_configs: [{ role: 'pod', ports: ['metrics'] }],
    triton_api: { enabled: false },
  };
  return settingsOf('the test', [
    ...EPHEMERAL,
    { path: ['kubernetes', 'enabled'], value: true },
    { path: ['metrics_api', 'authentication'], value: 'delegated' },
    { path: ['scrape'], value: { interval: `${intervalMs}ms`, timeout: `${timeoutMs}ms` } },
    { path: ['scrape_configs'], value: [job] },
  ]);
}
