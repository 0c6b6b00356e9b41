// The text of prometheus-adapter's configuration as data, and what is wrong with its shape.
import { parseDocument } from 'yaml';
import * as z from 'zod';
import { nearest } from '../../lib/nearest.ts';
import { quote } from '../../lib/quote.ts';
import { formatPath, type Problem } from '../problem.ts';
import { contentOf } from '../yaml-content.ts';

/** A ConfigMap holds a mebibyte at most; what is longer came by mistake. */
const MOST_CHARACTERS = 4 * 1024 * 1024;
/** Of one kind. Each is a question to the engine again and again. */
const MOST_RULES = 20_000;

const filter = z.strictObject({ is: z.string().nullish(), isNot: z.string().nullish() });
const resource = z.strictObject({ group: z.string().nullish(), resource: z.string() });
const rule = z.strictObject({
  seriesQuery: z.string().nullish(),
  seriesFilters: z.array(filter).nullish(),
  resources: z
    .strictObject({
      template: z.string().nullish(),
      overrides: z.record(z.string(), resource).nullish(),
      namespaced: z.boolean().nullish(),
    })
    .nullish(),
  name: z.strictObject({ matches: z.string().nullish(), as: z.string().nullish() }).nullish(),
  metricsQuery: z.string().nullish(),
});
const rules = z.array(rule).max(MOST_RULES, `there are more than ${MOST_RULES} rules, the limit of one file; leave some out`).nullish();
const file = z.strictObject({ rules, externalRules: rules, resourceRules: z.unknown().optional() });

export type RawRule = z.infer<typeof rule>;
export type RawMapping = NonNullable<RawRule['resources']>;

export interface RawConfig {
  readonly rules: readonly RawRule[];
  readonly externalRules: readonly RawRule[];
}

export type ReadDocument =
  | { readonly kind: 'document'; readonly document: RawConfig }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

/** As strict as prometheus-adapter, which takes no key that it does not know; fields without a value are empty there and here. */
export function readDocument(text: string): ReadDocument {
  if (text.length > MOST_CHARACTERS)
    return refused(`it is longer than ${MOST_CHARACTERS} characters, the limit of one file; leave rules out`);
  const yaml = parseDocument(text, { prettyErrors: true, logLevel: 'silent' });
  const syntax = yaml.errors.map((error) => ({ path: '', message: `not YAML: ${error.message.split('\n')[0]}` }));
  if (syntax.length > 0) return { kind: 'problems', problems: syntax };
  const raw = contentOf(yaml);
  if (raw instanceof Error) return refused(`not YAML: ${raw.message}`);
  if (raw === null || raw === undefined) return refused('it is empty; give rules or externalRules');
  if (isManifest(raw)) return refused('it is a ConfigMap; give what stands in its data, as kubectl get configmap NAME -o yaml shows it');
  const result = file.safeParse(raw, { reportInput: true });
  if (!result.success) return { kind: 'problems', problems: result.error.issues.flatMap(problemsOf) };
  const { rules: custom, externalRules, resourceRules } = result.data;
  const document = { rules: custom ?? [], externalRules: externalRules ?? [] };
  if (resourceRules !== undefined && resourceRules !== null) return { kind: 'problems', problems: [RESOURCE_RULES] };
  if (document.rules.length + document.externalRules.length === 0) return refused('it has no rules; give rules or externalRules');
  return { kind: 'document', document };
}

const RESOURCE_RULES: Problem = {
  path: 'resourceRules',
  message:
    'they serve metrics.k8s.io, the CPU and memory of pods and nodes, which Plimsoll leaves to metrics-server; install that, and take resourceRules out',
};

function refused(message: string): ReadDocument {
  return { kind: 'problems', problems: [{ path: '', message }] };
}

function isManifest(raw: unknown): boolean {
  return typeof raw === 'object' && raw !== null && 'kind' in raw && raw.kind === 'ConfigMap';
}

const KEYS = [
  ...['rules', 'externalRules', 'resourceRules', 'seriesQuery', 'seriesFilters', 'resources', 'name', 'metricsQuery'],
  ...['is', 'isNot', 'template', 'overrides', 'namespaced', 'group', 'resource', 'matches', 'as'],
];

function problemsOf(issue: z.core.$ZodIssue): readonly Problem[] {
  const path = formatPath(issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const meant = nearest(key, KEYS);
      const advice = meant === undefined ? 'prometheus-adapter has no such key here' : `did you mean ${meant}?`;
      return { path: formatPath([...issue.path, key]), message: `unknown key; ${advice}` };
    });
  }
  if (issue.code === 'invalid_type') {
    const got =
      issue.input === undefined
        ? 'missing; it is required'
        : `expected ${issue.expected}, got ${quote(String(JSON.stringify(issue.input)))}`;
    return [{ path, message: got }];
  }
  return [{ path, message: issue.message }];
}
