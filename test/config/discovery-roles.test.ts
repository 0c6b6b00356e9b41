// Where targets are found in a cluster: what would find nothing, or something else than it says, is refused.
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse.ts';

interface Asked {
  readonly source?: string;
  readonly role?: string;
  readonly namespaces?: readonly string[];
  readonly kubernetes?: string;
}

/** Problems of a job with one role, by their path inside it. */
function problemsOf(settings: string, { source = 'triton', role = 'pod', kubernetes = '' }: Asked = {}): string[] {
  const result = parseConfig(`
kubernetes: {enabled: true${kubernetes}}
scrape_configs: [{job_name: a, source: ${source}, kubernetes_sd_configs: [{role: ${role}${settings}}]}]
`);
  const problems = result.kind === 'problems' ? result.problems : [];
  return problems.map(({ path, message }) => `${path.replace('scrape_configs[0].kubernetes_sd_configs[0].', '')}: ${message}`);
}

const selector = (label: string, role = 'pod'): string => `, selectors: [{role: ${role}, label: '${label}'}]`;

it('needs a cluster that is asked', () => {
  const jobs = 'scrape_configs: [{job_name: a, kubernetes_sd_configs: [{role: pod}]}]';
  const message = 'no cluster is asked; set kubernetes.enabled to true, or leave it out';
  expect(parseConfig(jobs)).toEqual({ kind: 'problems', problems: [{ path: 'scrape_configs[0].kubernetes_sd_configs', message }] });
  expect(parseConfig(`{kubernetes: {enabled: true}, ${jobs}}`)).toMatchObject({ kind: 'config' });
});

it('knows two roles', () => {
  expect(problemsOf('', { role: 'service' })).toEqual(['role: expected one of pod, node, got "service"']);
});

describe('selectors', () => {
  it.each(['app=triton', 'app==triton', 'app!=triton', 'app in (a, b)', 'app notin (a)', 'app', '!app', 'a=1,b,!c', 'x.org/app=', ''])(
    'may be %j',
    (label) => {
      expect(problemsOf(selector(label))).toEqual([]);
    },
  );

  it.each([
    { label: 'app=a b', cause: 'expected "," or the end, got "b" at character 7' },
    { label: 'app in a', cause: 'expected "(", got "a" at character 8' },
    { label: 'app>1', cause: 'expected one of =, ==, !=, in, notin, got ">" at character 4' },
    { label: '=a', cause: 'expected a label key, got "=" at character 1' },
    {
      label: '-app=a',
      cause: 'label key "-app" may hold letters, digits, "-", "_" and ".", and begins and ends with a letter or digit at character 1',
    },
  ])('may not be $label', ({ label, cause }) => {
    expect(problemsOf(selector(label))).toEqual([`selectors[0].label: ${cause}; write it as in kubectl -l`]);
  });

  it('are about what the role finds', () => {
    expect(problemsOf(selector('app', 'node'))).toEqual(['selectors[0].role: role pod selects among pods only']);
    expect(problemsOf(selector('app', 'pod'), { role: 'node' })).toEqual(['selectors[0].role: role node selects among nodes only']);
    expect(problemsOf(selector('app', 'node'), { role: 'node' })).toEqual([]);
  });
});

describe('ports', () => {
  it.each(['generic', 'kubelet'])('have no default for pods of source %s', (source) => {
    expect(problemsOf('', { source })).toEqual([`ports: missing; a ${source} source has no usual port of pods`]);
    expect(problemsOf(', ports: [8080]', { source })).toEqual([]);
    expect(problemsOf(', annotations: true', { source })).toEqual([]);
    expect(problemsOf('', { source, role: 'node' })).toEqual([]);
  });

  it('have names at pods only', () => {
    expect(problemsOf(', ports: [8002, metrics]')).toEqual([]);
    expect(problemsOf(', ports: [9100, metrics]', { role: 'node' })).toEqual([
      'ports[1]: a node has no named ports, got "metrics"; write a number',
    ]);
  });

  it('are ports', () => {
    expect(problemsOf(', ports: [0, 65536, ""]')).toHaveLength(3);
  });
});

it('looks in namespaces that are watched', () => {
  const namespaces = ', namespaces: {names: [demo, other]}';
  expect(problemsOf(namespaces)).toEqual([]);
  expect(problemsOf(namespaces, { kubernetes: ', namespaces: [demo]' })).toEqual([
    'namespaces.names[1]: "other" is not watched; add it to kubernetes.namespaces',
  ]);
});
