// A network of our own for a whole run: pods can then have addresses that the API server takes for those of pods.
import { spawnSync } from 'node:child_process';

/** Its addresses all lead to this machine: on a loopback interface Linux takes the whole block for its own, as it does 127.0.0.0/8. */
const POD_BLOCK = '10.77';

/** Of pods behind a Service; `block` is a test file's own, from 1 to 254, and `number` from 1 to 254. */
export function podAddress(block: number, number: number): string {
  return `${POD_BLOCK}.${block}.${number}`;
}

const SET_UP = `ip link set lo up && ip address add ${POD_BLOCK}.0.1/16 dev lo && exec "$0" "$@"`;
/** As root, or as somebody who may be root in a namespace of users. */
const WAYS = [['--net'], ['--map-root-user', '--net']] as const;

/** What to put before a command so that it runs in such a network; undefined where this machine allows none. */
export function ownNetwork(): readonly [command: string, ...args: string[]] | undefined {
  for (const way of WAYS) {
    const [command, ...args] = ['unshare', ...way, 'sh', '-c', SET_UP] as const;
    if (spawnSync(command, [...args, 'true'], { stdio: 'ignore' }).status === 0) return [command, ...args];
  }
  return undefined;
}
