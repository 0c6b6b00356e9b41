import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { parseFlags, SETTING_FLAGS, settingsHelp } from '../../src/cli/options.ts';
import { configSchema } from '../../src/config/schema.ts';

interface Node {
  readonly type?: string;
  readonly default?: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Node>>;
}

const SCHEMA: Node = z.toJSONSchema(configSchema, { io: 'input' }) as Node;

function nodeAt(path: readonly string[]): Node | undefined {
  let node: Node | undefined = SCHEMA;
  for (const key of path) node = node?.properties?.[key];
  return node;
}

/** Paths of single values: lists and maps have no flags. */
function settingsIn(node: Node, path: readonly string[] = []): string[] {
  return Object.entries(node.properties ?? {}).flatMap(([key, child]) => {
    if (child.properties !== undefined) return settingsIn(child, [...path, key]);
    return child.type === 'string' ? [[...path, key].join('.')] : [];
  });
}

describe('the table and the schema agree', () => {
  it.each(SETTING_FLAGS)('--$flag is a setting and says its default', ({ path, default: preset }) => {
    const node = nodeAt(path);
    expect(node).toMatchObject({ type: 'string' });
    if (preset === '') expect([node?.default, node?.description]).toEqual([undefined, expect.not.stringContaining('Default')]);
    else if (node?.default === undefined) expect(node?.description).toContain(`Default: ${preset}.`);
    else expect(preset).toBe(node.default);
  });

  it('every setting that is one word has a flag, but for tuning', () => {
    // What is shared by replicas is the same for all, so it is said in the file that they have in common.
    const tuning = /^(?:signals|limits|engine\.remote|metrics_api\.managed_certificate)\./;
    const withFlag = SETTING_FLAGS.map(({ path }) => path.join('.'));
    expect(withFlag.toSorted()).toEqual(
      settingsIn(SCHEMA)
        .filter((path) => !tuning.test(path))
        .toSorted(),
    );
  });

  it('a flag is called after its path, but for those that servers of Kubernetes have too', () => {
    const known = ['tls-cert-file', 'tls-key-file', 'client-ca-file', 'requestheader-client-ca-file'];
    const nameOf = (path: readonly string[]): string => path.join('-').replaceAll('_', '-');
    expect(SETTING_FLAGS.map(({ flag }) => flag)).toEqual(
      SETTING_FLAGS.map(({ path }) => known.find((flag) => nameOf(path) === `metrics-api-${flag}`) ?? nameOf(path)),
    );
  });
});

it('turns flags into settings that know where they came from', () => {
  const { positionals, overrides, values } = parseFlags(
    'serve',
    ['u', '--retention', '9m', '--log-level=warn', '--own'],
    [{ flag: 'own', type: 'boolean' }],
  );
  expect(positionals).toEqual(['u']);
  expect(values['own']).toBe(true);
  expect(overrides).toEqual([
    { path: ['retention'], value: '9m', givenBy: '--retention' },
    { path: ['log', 'level'], value: 'warn', givenBy: '--log-level' },
  ]);
});

it('helps with a line for each flag, and with the default of a command that has its own', () => {
  expect(settingsHelp().match(/^ {2}--/gm)).toHaveLength(SETTING_FLAGS.length);
  expect(settingsHelp()).toMatch(/^ {2}--telemetry-basic-auth-password-file FILE\n {38}with basic: file of the password, followed$/m);
  expect(settingsHelp()).toContain('  --retention DURATION                how long samples are kept (default: 5m)\n');
  expect(settingsHelp({ retention: '1h' })).toContain('how long samples are kept (default: 1h)\n');
});
