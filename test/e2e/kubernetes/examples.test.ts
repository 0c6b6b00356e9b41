// Every example is what an API server takes: `kubectl apply --dry-run=server`, with others' resources by the definitions that they publish.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manifestPaths, manifestsIn } from '../../arch/manifest-files.ts';
import { until } from '../wait.ts';
import { type ControlPlane, startControlPlane } from './control-plane/control-plane.ts';
import { currentRun } from './run-folder.ts';

const K8S = fileURLToPath(new URL('../../../k8s/', import.meta.url));

const examples = manifestPaths().filter((path) => /^examples\/.*\.yaml$/.test(path) && !/(?:plimsoll|values)\.yaml$/.test(path));

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}

describe('examples', () => {
  let controlPlane: ControlPlane;
  const resources = new AsyncDisposableStack();
  /** Why resources of a group cannot be looked at. */
  const skipped = new Map<string, string>();

  beforeAll(async () => {
    const { programs, folder, crds } = currentRun();
    controlPlane = resources.use(await startControlPlane({ programs, folder: join(folder, 'examples') }));
    for (const namespace of ['examples', 'metallb-system', 'plimsoll']) await controlPlane.kubectl('create', 'namespace', namespace);
    for (const [group, found] of Object.entries(crds)) {
      if (found.kind === 'skipped') skipped.set(group, found.why);
      else for (const file of found.files) await controlPlane.kubectl('apply', '--server-side', '--filename', file);
    }
    const names = (await controlPlane.kubectl('get', 'crds', '--output', 'name')).trim();
    if (names !== '') await controlPlane.kubectl('wait', '--for=condition=Established', '--timeout=60s', ...names.split('\n'));
  });
  afterAll(() => resources.disposeAsync());

  it.for(examples)('%s is taken', async (path, { skip }) => {
    const groups = manifestsIn(path).map(({ apiVersion }) => groupOf(apiVersion));
    const why = groups.map((group) => skipped.get(group)).find((one) => one !== undefined);
    if (why !== undefined) skip(`looked at as YAML only: ${why}`);
    const said = await apply(path);
    for (const { metadata } of manifestsIn(path)) expect(said).toContain(`/${metadata.name} created (server dry run)`);
  });

  /** What kubectl has found out of the API may be older than the definitions for a moment. */
  async function apply(path: string): Promise<string> {
    let last = '';
    return await until({
      ask: async () => {
        const { code, stdout, stderr } = await controlPlane.kubectl.run(
          ...['apply', '--dry-run=server', '--validate=strict', '--namespace', namespaceOf(path), '--filename', join(K8S, path)],
        );
        last = stderr.trim();
        if (code !== 0 && !/no matches for kind/.test(last)) throw new Error(`${path}: ${last}`);
        return code === 0 ? stdout : undefined;
      },
      withinMs: 20_000,
      everyMs: 1000,
      failure: () => `${path}: ${last}`,
    });
  }

  /** A manifest that names its namespace is applied there; kubectl refuses another one. */
  function namespaceOf(path: string): string {
    return manifestsIn(path).find(({ metadata }) => metadata.namespace !== undefined)?.metadata.namespace ?? 'examples';
  }

  it('a field that there is none is not taken', async () => {
    const { code, stderr } = await controlPlane.kubectl.run(
      ...['create', '--dry-run=server', '--validate=strict', '--filename', await withUnknownField()],
    );
    expect(code).not.toBe(0);
    expect(stderr).toContain('unknown field');
  });

  async function withUnknownField(): Promise<string> {
    const file = join(controlPlane.folder, 'unknown-field.yaml');
    await writeFile(
      file,
      'apiVersion: v1\nkind: Service\nmetadata: {name: x, namespace: examples}\nspec: {ports: [{port: 80}], selektor: {app: x}}\n',
    );
    return file;
  }
});
