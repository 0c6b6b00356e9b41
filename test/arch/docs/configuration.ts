// docs/configuration.md, from the schema.
import * as z from 'zod';
import { keptUntilRestart } from '../../../src/app/restart.ts';
import { settingsOf } from '../../../src/app/settings.ts';
import { SETTING_FLAGS } from '../../../src/cli/options.ts';
import { configSchema } from '../../../src/config/schema.ts';
import { code, GENERATED, table } from './markdown.ts';

export interface Setting {
  /** `scrape_configs[].job_name`, `models.<name>.kind`. */
  readonly path: string;
  readonly type: string;
  /** As written in a file; empty where there is none. */
  readonly default: string;
  readonly isRequired: boolean;
  readonly flag: string;
  readonly meaning: string;
}

/** The part of JSON Schema that the configuration uses. */
interface Node {
  readonly type?: string;
  /** A word's form, where any text is too wide: `duration`. */
  readonly title?: string;
  readonly default?: unknown;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly items?: Node;
  readonly additionalProperties?: Node | false;
}

/** Every setting, in the order of the schema. A section that only groups others is none. */
export function settings(): Setting[] {
  return settingsIn(z.toJSONSchema(configSchema, { io: 'input' }) as Node, '');
}

function settingsIn(node: Node, path: string): Setting[] {
  return Object.entries(node.properties ?? {}).flatMap(([key, child]) => {
    const at = path === '' ? key : `${path}.${key}`;
    const below = settingsBelow(child, at);
    const isSection = child.properties !== undefined && child.description === undefined;
    return isSection ? below : [settingOf(child, { path: at, isRequired: node.required?.includes(key) === true }), ...below];
  });
}

function settingsBelow({ properties, items, additionalProperties, ...node }: Node, path: string): Setting[] {
  if (properties !== undefined) return settingsIn({ ...node, properties }, path);
  if (items?.properties !== undefined) return settingsIn(items, `${path}[]`);
  return additionalProperties ? settingsIn(additionalProperties, `${path}.<name>`) : [];
}

function settingOf(node: Node, { path, isRequired }: { readonly path: string; readonly isRequired: boolean }): Setting {
  const preset = node.properties === undefined && node.default !== undefined ? JSON.stringify(node.default) : '';
  return {
    path,
    type: typeOf(node),
    default: typeof node.default === 'string' && isWord(node) ? node.default : preset,
    isRequired,
    flag: SETTING_FLAGS.find((flag) => flag.path.join('.') === path)?.flag ?? '',
    meaning: node.description ?? '',
  };
}

/** A text that cannot be empty or have blanks needs no quotes. */
function isWord({ title, enum: words }: Node): boolean {
  return title !== undefined || words !== undefined;
}

function typeOf({ type = '', title, enum: words, items, properties }: Node): string {
  if (words !== undefined) return words.map((word) => code(word)).join(', ');
  if (type === 'array') return `list of ${items?.properties === undefined ? 'texts' : 'mappings'}`;
  if (type === 'object') return properties === undefined ? 'mapping by name' : 'mapping';
  return title ?? { string: 'text', integer: 'whole number', boolean: '`true`, `false`' }[type] ?? type;
}

/** Settings that a reload leaves as they are. */
function fixedSettings(): readonly string[] {
  // A setting without a default is there when it is given only.
  const { config } = settingsOf('the test', [{ path: ['shard'], value: '1/2' }]);
  return keptUntilRestart(config, altered(config));
}

/** The same shape with other values everywhere. */
function altered<T>(value: T): T;
function altered(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'string') return `${value}x`;
  if (Array.isArray(value)) return [...value, 'x'];
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, altered(child)]));
}

export function configurationDocument(): string {
  const rows = settings().map((setting) => [
    code(setting.path),
    setting.type,
    setting.isRequired ? 'required' : code(setting.default),
    setting.flag === '' ? '' : code(`--${setting.flag}`),
    setting.meaning,
  ]);
  return `# Configuration

${GENERATED}

\`plimsoll serve --config FILE\` reads YAML; a flag wins over the file. An unknown key is an error, and all errors are told at once.
The file is followed for changes: a wrong one changes nothing but the log. At the next start only change ${fixedSettings().map(code).join(', ')}.

A duration is written as in Prometheus: \`500ms\`, \`5s\`, \`1m30s\`. An address is \`127.0.0.1:9443\` or \`[::1]:9443\`; port 0 takes a free one.

${table(['setting', 'type', 'default', 'flag', 'meaning'], rows)}`;
}
