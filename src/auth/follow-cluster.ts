// The delegation that the cluster publishes, watched, so that a change is in force at once.
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../lib/clock.ts';
import type { KubeClient } from '../lib/kube/client.ts';
import type { FailureReason } from '../lib/kube/follow-failure.ts';
import { Reflector, type ReflectorState } from '../lib/kube/reflector.ts';
import type { Log } from '../model/log.ts';
import { CONFIG_MAP, CONFIG_MAP_PATH, CONFIG_MAP_READER, type ConfigMapData, configMapData, delegationOfConfigMap } from './config-map.ts';
import { type FollowedDelegation, KeptDelegation } from './kept-delegation.ts';

export interface FollowClusterOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Log;
  readonly readable: (isReadable: boolean) => void;
  /** From 0 to 1; default Math.random. */
  readonly random?: () => number;
}

/** The ConfigMap as it is published; without data when it cannot be read. */
interface Published {
  readonly data: ConfigMapData | undefined;
}

/** Asks nothing before `follow`. */
export function followCluster({ client, clock, log, readable, random }: FollowClusterOptions): FollowedDelegation {
  const kept = new KeptDelegation({ what: 'the settings of the cluster', from: client.server, log, readable });
  return {
    current: () => kept.current,
    state: () => kept.state(),
    follow: async (changed, signal) => {
      let used: ConfigMapData | undefined;
      const use = (data: ConfigMapData | undefined): void => {
        // One that went away is kept like one that cannot be read.
        if (data === undefined || isDeepStrictEqual(data, used)) return;
        used = data;
        if (kept.use(delegationOfConfigMap(data))) changed();
      };
      const look = (): void => kept.note(whyNot(reflector.state, [...reflector.objects()].at(0), client.server));
      const reflector = new Reflector<Published>({
        client,
        clock,
        path: CONFIG_MAP_PATH,
        metadataOnly: false,
        trim: (object) => ({ data: configMapData(object) }),
        observer: { changed: ({ after }) => use(after?.data), stateChanged: look, listed: look, told: look },
        ...(random === undefined ? {} : { random }),
      });
      await reflector.run(signal);
    },
  };
}

const NONE = 'there is none; check that this is the cluster that aggregates the metrics API';
const NO_CONFIG_MAP = 'the answer is no ConfigMap; check that this is the address of a Kubernetes API server';

const REMEDIES: Partial<Readonly<Record<FailureReason, string>>> = {
  unauthorized: 'the API server does not know who asks; check the credentials of Plimsoll',
  forbidden: `the right is missing; bind the ${CONFIG_MAP_READER} to the service account of Plimsoll`,
  missing: NONE,
};

/** Empty when it can be read. */
function whyNot(state: ReflectorState, published: Published | undefined, server: string): string {
  if (state.kind === 'unread') return 'it was not read yet';
  const why = state.kind === 'current' ? whyUnusable(published) : (REMEDIES[state.reason] ?? `${state.why}; check the way to ${server}`);
  return why === undefined ? '' : `cannot read the ConfigMap ${CONFIG_MAP}: ${why}`;
}

function whyUnusable(published: Published | undefined): string | undefined {
  if (published === undefined) return NONE;
  return published.data === undefined ? NO_CONFIG_MAP : undefined;
}
