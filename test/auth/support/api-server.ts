// An API server that answers from a script, and notes what it was asked.
import { type KubeAnswer, type KubeClient, type KubeRequest, KubeUnreachable } from '../../../src/lib/kube/client.ts';

export type Script = (request: KubeRequest) => KubeAnswer | Promise<KubeAnswer>;

export interface FakeApiServer extends KubeClient {
  readonly asked: KubeRequest[];
  script: Script;
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

export function apiServer(script: Script): FakeApiServer {
  const asked: KubeRequest[] = [];
  const server: FakeApiServer = {
    server: 'https://cluster',
    asked,
    script,
    async request(request) {
      asked.push(request);
      return server.script(request);
    },
    watch: () => {
      throw new Error('nothing is watched here');
    },
    close: async () => {},
  };
  return server;
}
