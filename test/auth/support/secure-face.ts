// A face over real TLS on loopback that answers who was admitted, and clients with certificates.
import { once } from 'node:events';
import { Agent, request } from 'node:https';
import type { Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { type Listener, listen } from '../../../src/app/listener/listener.ts';
import { createDelegatedAdmission, type DelegatedAdmission } from '../../../src/auth/admission.ts';
import { VirtualClock } from '../../../src/lib/virtual-clock.ts';
import type { Admit } from '../../../src/model/admission.ts';
import { type Log, silentLog } from '../../../src/model/log.ts';
import { selfSignedCertificate } from '../../../src/tls/self-signed.ts';
import { type Logged, recordingLog } from '../../app/support/log.ts';
import { timed } from '../../app/support/wait.ts';
import { apiServer, configMaps, type FakeApiServer, reviewed, type Script } from './api-server.ts';
import type { Made } from './authority.ts';
import { keptMeter } from './world.ts';

export const PODS = '/apis/custom.metrics.k8s.io/v1beta2/namespaces/ns/pods/*/m';

/** A script of an API server that publishes `data`, knows tokens by `users`, and lets everybody do everything. */
export function cluster(data: Readonly<Record<string, string>>, users: Readonly<Record<string, object>> = {}): Script {
  return ({ path, body }) => {
    if (path.includes('/configmaps?')) return configMaps(data);
    if (path.endsWith('/subjectaccessreviews')) return reviewed({ allowed: true });
    const { token = '' } = (body as { readonly spec: { readonly token?: string } }).spec;
    const user = users[token];
    return reviewed(user === undefined ? { authenticated: false } : { authenticated: true, user });
  };
}

export interface Face {
  readonly server: FakeApiServer;
  readonly clock: VirtualClock;
  readonly admission: DelegatedAdmission;
  readonly listener: Listener;
  readonly lines: Logged[];
  readonly values: Map<string, number>;
}

/** Until the test ends. The settings of the cluster were read once, unless the script did not let them be. */
export async function openFace(script: Script, { endsConnections = true } = {}): Promise<Face> {
  const server = apiServer(script);
  const clock = new VirtualClock(Date.now());
  const lines: Logged[] = [];
  const { meter, values } = keptMeter();
  const log = recordingLog(lines);
  const admission = createDelegatedAdmission({ client: server, clock, log, meter });
  const listener = await listenFor(admission.admit, log);
  const stop = new AbortController();
  const ended = admission.follow(endsConnections ? listener.endCertified : () => {}, stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await ended;
    await listener.close(0);
  });
  await clock.advance(0);
  return { server, clock, admission, listener, lines, values };
}

/** A listener that answers what was admitted; the caller closes it. */
export async function listenFor(admit: Admit, log: Log = silentLog): Promise<Listener> {
  return listen({
    handler: async ({ method = '', url: target = '', rawHeaders, socket }, response) => {
      response.end(JSON.stringify(await admit({ method, target, rawHeaders, socket })));
    },
    address: { host: '127.0.0.1', port: 0 },
    tls: await selfSignedCertificate({ hosts: ['127.0.0.1'], notBefore: new Date(Date.now() - 1000), days: 1 }),
    asksCertificates: true,
    log,
    flag: 'listen',
  });
}

export interface Asker {
  /** The client's certificate, then those that it sends along. */
  readonly shows?: readonly Made[];
  readonly maxVersion?: 'TLSv1.2' | 'TLSv1.3';
}

export interface Question {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

export interface Client {
  /** Whatever was answered: an Admission. Questions one after the other share a connection. */
  ask(question?: Question): Promise<unknown>;
  /** The connection of the last question, by the other side's wish. */
  closed(): Promise<void>;
  isOpen(): boolean;
}

export function clientOf({ listener }: Pick<Face, 'listener'>, { shows = [], maxVersion = 'TLSv1.3' }: Asker = {}): Client {
  const [own] = shows;
  const credentials = own && { cert: shows.map(({ certPem }) => certPem).join('\n'), key: own.keyPem };
  const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false, maxVersion, ...credentials });
  onTestFinished(() => agent.destroy());
  let last: Socket | undefined;
  return {
    closed: async () => {
      // Below the five seconds after which Node ends whatever is idle.
      if (last?.closed === false) await timed(once(last, 'close'), 2_500);
    },
    isOpen: () => last?.closed === false,
    async ask({ path = PODS, method = 'GET', headers = {} } = {}) {
      const asked = request(`${listener.url}${path}`, { agent, method, headers: headers as Record<string, string | string[]> });
      asked.once('socket', (socket) => {
        last = socket;
      });
      asked.end();
      const [response] = await once(asked, 'response');
      let body = '';
      for await (const chunk of response.setEncoding('utf8')) body += chunk;
      return body === '' ? response.statusCode : JSON.parse(body);
    },
  };
}
