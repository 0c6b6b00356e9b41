// Text and flags become a checked configuration, or the list of everything that is wrong with them.
import { parseDocument } from 'yaml';
import type * as z from 'zod';
import { nearest } from '../lib/nearest.ts';
import { withoutSecrets } from '../lib/without-secrets.ts';
import { formatPath, type Problem } from './problem.ts';
import { problemsOfRest } from './remainder.ts';
import { type Config, configSchema } from './schema.ts';
import { semanticProblems } from './semantics.ts';
import { contentOf } from './yaml-content.ts';

/** A setting given outside the file; it wins over the file. */
export interface Override {
  readonly path: readonly string[];
  readonly value: unknown;
  /** The flag it came from, `--retention`, which problems with it then name. */
  readonly givenBy?: string;
}

export type ParseResult =
  | { readonly kind: 'config'; readonly config: Config }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

export interface ParseOptions {
  readonly overrides?: readonly Override[];
  /** What else can be wrong with a well-formed configuration. */
  readonly check?: (config: Config) => readonly Problem[];
}

/** Pure: YAML text ('' for none) and overrides in, configuration or all problems out. */
export function parseConfig(text: string, options: ParseOptions = {}): ParseResult {
  const result = parseUnnamed(text, options);
  if (result.kind === 'config') return result;
  const flags = new Map(options.overrides?.map(({ path, givenBy }) => [formatPath(path), givenBy]));
  return { kind: 'problems', problems: result.problems.map((problem) => named(problem, flags.get(problem.path))) };
}

/** Whoever gave a flag does not look for its setting in a file. */
function named(problem: Problem, flag: string | undefined): Problem {
  return flag === undefined ? problem : { ...problem, path: `${flag} (${problem.path})` };
}

function parseUnnamed(text: string, { overrides = [], check = () => [] }: ParseOptions): ParseResult {
  const document = parseDocument(text, { prettyErrors: true, logLevel: 'silent' });
  const syntax = document.errors.map((error) => ({ path: '', message: `not YAML: ${error.message.split('\n')[0]}` }));
  if (syntax.length > 0) return { kind: 'problems', problems: syntax };
  const raw = contentOf(document) ?? {};
  if (raw instanceof Error) return { kind: 'problems', problems: [{ path: '', message: `not YAML: ${raw.message}` }] };
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    return { kind: 'problems', problems: [{ path: '', message: 'expected a mapping of settings at the top level' }] };
  }
  for (const { path, value } of overrides) setIn(raw as Record<string, unknown>, path, value);
  const result = configSchema.safeParse(raw, { reportInput: true });
  const contradictions = (config: Config): readonly Problem[] => [...semanticProblems(config), ...check(config)];
  if (!result.success) {
    const { issues } = result.error;
    return { kind: 'problems', problems: [...issues.flatMap(problemsOf), ...problemsOfRest(raw, issues, contradictions)] };
  }
  const config = settled(result.data);
  const problems = contradictions(config);
  return problems.length > 0 ? { kind: 'problems', problems } : { kind: 'config', config };
}

/** A collector reads a part of the targets: what it would answer an autoscaler would be a part too. */
function settled(config: Config): Config {
  return config.shard === undefined ? config : { ...config, metrics_api: { ...config.metrics_api, enabled: false } };
}

function setIn(root: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let node = root;
  for (const key of path.slice(0, -1)) {
    const next = node[key];
    const child: Record<string, unknown> =
      typeof next === 'object' && next !== null && !Array.isArray(next) ? (next as Record<string, unknown>) : {};
    node[key] = child;
    node = child;
  }
  node[path.at(-1) ?? ''] = value;
}

function problemsOf(issue: z.core.$ZodIssue): Problem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: formatPath([...issue.path, key]), message: unknownKey(key, issue.path) }));
  }
  const isShown = issue.input !== undefined && !issue.path.some((key) => SECRETIVE.test(String(key)));
  const got = isShown ? `, got ${quote(issue.input)}` : '';
  return [{ path: formatPath(issue.path), message: `${wording(issue)}${got}` }];
}

function wording(issue: z.core.$ZodIssue): string {
  if (issue.input === undefined) return 'missing; it is required';
  if (issue.code === 'invalid_type') return `expected ${issue.expected}`;
  if (issue.code === 'invalid_value') return `expected one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'too_small')
    return `expected ${issue.origin === 'number' ? 'a number above' : 'a length of at least'} ${issue.minimum}`;
  return issue.message;
}

function unknownKey(key: string, path: readonly PropertyKey[]): string {
  const known = keysAt(path);
  const meant = nearest(key, known);
  const hint = meant === undefined ? `known here: ${known.join(', ')}` : `did you mean ${meant}?`;
  return `unknown key; ${hint}`;
}

// The keys that the schema knows at a path: array and record steps go to the element.
function keysAt(path: readonly PropertyKey[]): readonly string[] {
  let node: unknown = configSchema;
  for (const step of path) node = typeof step === 'number' ? elementOf(unwrap(node)) : memberOf(unwrap(node), String(step));
  const shape = unwrap(node).shape;
  return shape === undefined ? [] : Object.keys(shape);
}

interface SchemaNode {
  readonly shape?: Record<string, unknown>;
  readonly element?: unknown;
  readonly valueType?: unknown;
  readonly def?: { readonly innerType?: unknown; readonly in?: unknown };
}

function unwrap(node: unknown): SchemaNode {
  let current = node as SchemaNode;
  while (current.shape === undefined && current.element === undefined) {
    const inner = current.def?.innerType ?? current.def?.in;
    if (inner === undefined) return current;
    current = inner as SchemaNode;
  }
  return current;
}

function elementOf(node: SchemaNode): unknown {
  return node.element ?? {};
}

function memberOf(node: SchemaNode, key: string): unknown {
  return node.shape?.[key] ?? node.valueType ?? {};
}

/** Settings beside which people write secrets that belong into files. */
const SECRETIVE = /^(?:basic_auth|authorization|password|credentials|token|bearer_token)$/;

function quote(value: unknown): string {
  const shown = (key: string, part: unknown): unknown => {
    if (SECRETIVE.test(key)) return '…';
    return typeof part === 'string' ? withoutSecrets(part) : part;
  };
  const text = String(JSON.stringify(value, shown));
  return text.length > 50 ? `${text.slice(0, 50)}…` : text;
}
