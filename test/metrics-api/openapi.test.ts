// OpenAPI 3.0 by its own rules: what a document refers to is there, and what it names is served.
import { describe, expect, it } from 'vitest';
import { ask } from './world.ts';

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
}

interface Operation {
  readonly operationId: string;
  readonly parameters: readonly Parameter[];
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content: object }>>;
}

interface Document {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, { readonly get: Operation }>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

async function read<T>(target: string): Promise<T> {
  const { code, body } = await ask(target);
  expect(code).toBe(200);
  return JSON.parse(body);
}

const INDEX = await read<{ readonly paths: Readonly<Record<string, { readonly serverRelativeURL: string }>> }>('/openapi/v3');

it('names the groups of Plimsoll and nobody else’s', () => {
  expect(Object.keys(INDEX.paths)).toEqual([
    'apis/custom.metrics.k8s.io/v1beta2',
    'apis/custom.metrics.k8s.io/v1beta1',
    'apis/external.metrics.k8s.io/v1beta1',
  ]);
});

describe.each(Object.entries(INDEX.paths))('%s', (path, { serverRelativeURL }) => {
  it('is where the index says, under a hash of its own', async () => {
    expect(serverRelativeURL).toMatch(new RegExp(`^/openapi/v3/${path.replaceAll('.', '\\.')}\\?hash=[0-9A-F]{64}$`));
    await read<Document>(serverRelativeURL);
    expect(Object.values(INDEX.paths).filter((other) => other.serverRelativeURL.endsWith(serverRelativeURL.slice(-64)))).toHaveLength(1);
  });

  it('declares every part of its paths, once', async () => {
    const { openapi, info, paths } = await read<Document>(serverRelativeURL);
    expect([openapi, info]).toEqual(['3.0.0', { title: 'Plimsoll', version: 'v1.2.3' }]);
    for (const [template, { get }] of Object.entries(paths)) {
      expect(template.startsWith(`/${path}/`)).toBe(true);
      const named = [...template.matchAll(/\{(?<name>\w+)\}/g)].map((match) => match.groups?.['name']);
      expect(get.parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)).toEqual(named);
      expect(get.parameters.filter((parameter) => parameter.in === 'path').every(({ required }) => required)).toBe(true);
      expect(Object.values(get.responses).every(({ description }) => description !== '')).toBe(true);
    }
    const ids = Object.values(paths).map(({ get }) => get.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('refers only to schemas that it has', async () => {
    const document = await read<Document>(serverRelativeURL);
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(?<name>\w+)"/g)];
    const known = Object.keys(document.components.schemas);
    expect(new Set(references.map((match) => match.groups?.['name']))).toEqual(new Set(known));
  });

  it('names paths that are served', async () => {
    const { paths } = await read<Document>(serverRelativeURL);
    const metric = path.includes('external') ? 'gpu_power' : 'GPU_Power';
    for (const template of Object.keys(paths)) {
      const isNamespaced = template.includes('{namespace}');
      const target = template
        .replace('{namespace}', 'demo')
        .replace('{resource}', isNamespaced ? 'services' : 'nodes')
        .replace('{name}', isNamespaced ? 'triton' : 'node-a')
        .replace('{metric}', metric);
      expect([target, (await ask(target)).code]).toEqual([target, 200]);
    }
  });
});
