// The Dockerfile beside what it copies, the Node that Plimsoll needs, and the Deployment that runs the image.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const read = (path: string): string => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
const instructions = read('Dockerfile')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split(' '));
const argumentsOf = (name: string): string[][] => instructions.filter(([first]) => first === name).map(([, ...rest]) => rest);
const copied = argumentsOf('COPY')
  .filter(([first]) => !first?.startsWith('--from='))
  .flatMap((paths) => paths.slice(0, -1));

describe('the image', () => {
  it.each(copied)('copies %s, which is there and not ignored', (path) => {
    expect(existsSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)))).toBe(true);
    expect(read('.dockerignore').split('\n')).toContain(`!${path}`);
  });

  it('sends nothing else to the builder', () => {
    const sent = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'));
    expect(sent.map((line) => line.slice(1)).sort()).toEqual([...copied].sort());
  });

  it('has the Node that the manifest asks for', () => {
    const major = /\d+/.exec(JSON.parse(read('package.json')).engines.node)?.[0];
    for (const [base = ''] of argumentsOf('FROM')) expect(base).toMatch(new RegExp(`node(?:js|:)${major}\\b`));
  });

  it('exposes the ports of the Deployment', () => {
    const ports = [...read('k8s/base/deployment.yaml').matchAll(/containerPort: (\d+)/g)].map(([, port]) => port);
    expect(argumentsOf('EXPOSE').flat().sort()).toEqual(ports.sort());
  });
});
