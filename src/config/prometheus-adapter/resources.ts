// Which labels of series stand for which kinds of object, and back: by overrides first, then by a template for all others.
import { keyOf } from '../../lib/key.ts';
import { quote } from '../../lib/quote.ts';
import type { SearchRegex } from '../../lib/regex.ts';
import { type ObjectKind, qualifiedName } from '../../model/object-kinds.ts';
import type { RawMapping } from './document.ts';
import { type NamedKinds, singularOf } from './kinds.ts';
import type { ResourceLabels } from './resource-labels.ts';
import type { Tools } from './tools.ts';

const FIELDS = ['Group', 'Resource'];

/** Tells `tools` of each mistake; undefined where there is one. Equal mappings are one. */
export function compileResources(mapping: RawMapping | null | undefined, tools: Tools): ResourceLabels | undefined {
  const { template, overrides } = mapping ?? {};
  const pairs = Object.entries(overrides ?? {}).flatMap(([label, { group, resource }]) => [label, group ?? '', resource]);
  const key = keyOf([template ?? '', ...pairs]);
  const { mappings } = tools.shared;
  if (mappings.get(key) === undefined) mappings.set(key, compile({ template, overrides }, tools));
  return mappings.get(key);
}

function compile({ template, overrides }: Pick<RawMapping, 'template' | 'overrides'>, tools: Tools): ResourceLabels | undefined {
  const known = readOverrides(overrides ?? {}, tools);
  const general = template ? readTemplate(template, tools) : NO_TEMPLATE;
  if (known === undefined || general === undefined) return undefined;
  const byLabel = new Map<string, ObjectKind | undefined>(known);
  // Of two labels for one kind the last one counts; prometheus-adapter takes either.
  const labels = new Map([...known].map(([label, kind]) => [qualifiedName(kind), label] as const));
  return {
    overridden: [...new Set(known.values())],
    kindOf: (label) => {
      if (!byLabel.has(label)) byLabel.set(label, general.kindOf(label, tools.shared.kinds));
      return byLabel.get(label);
    },
    labelOf: (kind) => labels.get(qualifiedName(kind)) ?? general.labelOf(kind),
  };
}

function readOverrides(overrides: NonNullable<RawMapping['overrides']>, tools: Tools): ReadonlyMap<string, ObjectKind> | undefined {
  const known = new Map<string, ObjectKind>();
  let isWhole = true;
  for (const [label, { group, resource }] of Object.entries(overrides)) {
    const kind = tools.shared.kinds.find(resource, group ?? '');
    if (kind !== undefined) known.set(label, kind);
    else {
      isWhole = false;
      const named = quote(qualifiedName({ group: group ?? '', name: resource }));
      tools.mistake(
        `resources.overrides.${label}`,
        `there is no resource ${named}; name a custom one in kubernetes.owners of Plimsoll's configuration`,
      );
    }
  }
  return isWhole ? known : undefined;
}

interface General {
  kindOf(label: string, kinds: NamedKinds): ObjectKind | undefined;
  labelOf(kind: ObjectKind): string | undefined;
}

const NO_TEMPLATE: General = { kindOf: () => undefined, labelOf: () => undefined };

function readTemplate(text: string, tools: Tools): General | undefined {
  const template = tools.template(text, 'resources.template', FIELDS);
  if (template === undefined) return undefined;
  // The label of any resource at all: what the template says around the two is part of the expression, as in prometheus-adapter.
  const pattern = template.fill({ Group: '(?P<group>.+?)', Resource: '(?P<resource>.+?)' });
  if (!pattern.includes('(?P<resource>')) {
    tools.mistake('resources.template', `${quote(text)} does not say the resource; write <<.Resource>> where it stands in the label`);
    return undefined;
  }
  const regex = tools.pattern(`^${pattern}$`, 'resources.template');
  if (regex === undefined) return undefined;
  return {
    kindOf: (label, kinds) => kindIn(label, regex, kinds),
    labelOf: (kind) => template.fill({ Group: kind.group.replaceAll(/[.-]/g, '_'), Resource: singularOf(kind) }) || undefined,
  };
}

function kindIn(label: string, regex: SearchRegex, kinds: NamedKinds): ObjectKind | undefined {
  const resource = regex.expand(label, '${resource}');
  return resource === undefined ? undefined : kinds.find(resource, regex.expand(label, '${group}') ?? '');
}
