// What kube-apiserver counts of the requests that it was sent.
import type { Api } from '../control-plane/api.ts';

/**
 * Requests that began and ended, by all who asked; without those that it handed on to a metrics API, without watches, which last, and
 * without this question itself.
 */
export async function apiCalls(api: Api): Promise<ReadonlyMap<string, number>> {
  const { body } = await api.request({ method: 'GET', path: '/metrics', accept: 'text/plain' });
  const calls = new Map<string, number>();
  for (const line of String(body).split('\n')) {
    const match = /^apiserver_request_total\{(?<labels>.*)\} (?<value>\S+)$/.exec(line)?.groups;
    if (match === undefined) continue;
    const label = (name: string): string => new RegExp(`(?:^|,)${name}="([^"]*)"`).exec(match['labels'] ?? '')?.[1] ?? '';
    const [group, resource, verb] = [label('group'), label('resource'), label('verb')];
    if (group.endsWith('.metrics.k8s.io') || verb === 'WATCH' || resource === '') continue;
    const key = `${verb} ${resource}`;
    calls.set(key, (calls.get(key) ?? 0) + Number(match['value']));
  }
  return calls;
}

/** What was added since `before`, without what was not. */
export function addedCalls(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const added = [...after].map(([key, value]) => [key, value - (before.get(key) ?? 0)] as const);
  return new Map(added.filter(([, value]) => value > 0));
}

export function total(calls: ReadonlyMap<string, number>): number {
  return [...calls.values()].reduce((sum, value) => sum + value, 0);
}
