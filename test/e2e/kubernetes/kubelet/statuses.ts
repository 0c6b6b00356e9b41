// What a kubelet writes into the status of a pod.
import type { Pod } from './pods.ts';

/** For a strategic-merge PATCH of `pods/NAME/status`: Running, Ready or not yet. */
export function runningStatus(pod: Pod, { ip, ready }: { readonly ip: string; readonly ready: boolean }): object {
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const condition = (type: string, isTrue: boolean): object => ({ type, status: isTrue ? 'True' : 'False', lastTransitionTime: now });
  return {
    status: {
      phase: 'Running',
      podIP: ip,
      podIPs: [{ ip }],
      ...(pod.spec.nodeName === undefined ? {} : { hostIP: ip, hostIPs: [{ ip }] }),
      startTime: now,
      conditions: [
        condition('PodScheduled', true),
        condition('Initialized', true),
        condition('ContainersReady', ready),
        condition('Ready', ready),
      ],
      containerStatuses: pod.spec.containers.map(({ name, image }) => ({
        name,
        image,
        imageID: '',
        restartCount: 0,
        ready,
        started: ready,
        state: { running: { startedAt: now } },
      })),
    },
  };
}
