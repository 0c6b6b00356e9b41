// An API server that answers from a script, tells its watches what a test says, and notes what it was asked.
import {
  type KubeAnswer,
  type KubeClient,
  KubeRefused,
  type KubeRequest,
  KubeUnreachable,
  type KubeWatch,
} from '../../../src/lib/kube/client.ts';

export type Script = (request: KubeRequest) => KubeAnswer | Promise<KubeAnswer>;

export interface FakeApiServer extends KubeClient {
  readonly asked: KubeRequest[];
  readonly watched: KubeWatch[];
  /** Asked for watches too: what it says other than 200 refuses them. */
  script: Script;
  /** Tells every open watch; an Error breaks it. */
  tell(event: unknown): void;
}

export function answer(status: number, json: unknown): KubeAnswer {
  return { status, json, bytes: 0 };
}

export function status(code: number, message: string): KubeAnswer {
  return answer(code, { kind: 'Status', code, message });
}

/** 201 with this status of a review. */
export function reviewed(reviewStatus: object): KubeAnswer {
  return answer(201, { status: reviewStatus });
}

/** Never answers, and rejects as the contract has it when it is given up. */
export function silent({ signal }: KubeRequest): Promise<KubeAnswer> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new KubeUnreachable('cannot ask https://cluster: given up')), { once: true });
  });
}

export function unreachable(): never {
  throw new KubeUnreachable('cannot ask https://cluster: connection refused');
}

const NAME = 'extension-apiserver-authentication';

function configMap(data: unknown, resourceVersion: string): object {
  return { metadata: { name: NAME, namespace: 'kube-system', resourceVersion }, data };
}

/** A list of the ConfigMap with the settings of authentication. */
export function configMaps(data: unknown): KubeAnswer {
  return answer(200, { metadata: { resourceVersion: '1' }, items: [configMap(data, '1')] });
}

/** An event of the same ConfigMap; each version is another. */
export function configMapEvent(data: unknown, { type = 'MODIFIED', version = '2' } = {}): object {
  return { type, object: configMap(data, version) };
}

export function apiServer(script: Script): FakeApiServer {
  const asked: KubeRequest[] = [];
  const watched: KubeWatch[] = [];
  const open = new Set<Watch>();
  const server: FakeApiServer = {
    server: 'https://cluster',
    asked,
    watched,
    script,
    async request(request) {
      asked.push(request);
      return server.script(request);
    },
    async *watch(request) {
      watched.push(request);
      const { status: code } = await server.script({ ...request, method: 'GET' });
      if (code !== 200) throw new KubeRefused(code, 'no');
      request.opened?.();
      const watch = new Watch(request.signal);
      open.add(watch);
      try {
        yield* watch.events();
      } finally {
        open.delete(watch);
      }
    },
    tell: (event) => {
      for (const watch of open) watch.tell(event);
    },
    close: async () => {},
  };
  return server;
}

class Watch {
  readonly #signal: AbortSignal;
  readonly #told: unknown[] = [];
  #wake = Promise.withResolvers<void>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#wake.resolve(), { once: true });
  }

  tell(event: unknown): void {
    this.#told.push(event);
    this.#wake.resolve();
  }

  async *events(): AsyncGenerator<unknown, void> {
    while (!this.#signal.aborted) {
      await this.#wake.promise;
      this.#wake = Promise.withResolvers();
      for (const event of this.#told.splice(0)) {
        if (event instanceof Error) throw event;
        yield event;
      }
    }
    throw new KubeUnreachable('cannot ask https://cluster: given up', { reason: 'aborted' });
  }
}
