// prometheus-adapter's configuration: text to rules that can be asked, or everything that is wrong with it at once.
import { setImmediate } from 'node:timers/promises';
import type { OwnerKind } from '../../model/object-kinds.ts';
import type { Problem } from '../problem.ts';
import { type RawRule, readDocument } from './document.ts';
import { NamedKinds } from './kinds.ts';
import { type AdapterRule, compileRule } from './rule.ts';
import { type PromqlReader, Shared, Tools } from './tools.ts';

export interface AdapterRules {
  /** Of custom.metrics.k8s.io, in the order of the file. */
  readonly custom: readonly AdapterRule[];
  /** Of external.metrics.k8s.io. */
  readonly external: readonly AdapterRule[];
}

export type CompiledRules =
  | { readonly kind: 'rules'; readonly rules: AdapterRules }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

export interface CompileOptions {
  readonly promql: PromqlReader;
  /** Kinds that own pods, as `kubernetes.owners` names them. */
  readonly owners: readonly OwnerKind[];
}

/** Compiled in one turn of the event loop: some milliseconds. */
const RULES_A_TURN = 50;
/** Of thousands of rules with one mistake each nobody reads all. */
const MOST_PROBLEMS = 100;

/** Reads rules as prometheus-adapter 0.12 does; of each that is not right its number, the field and the cause are told. */
export async function compileAdapterRules(text: string, { promql, owners }: CompileOptions): Promise<CompiledRules> {
  const read = readDocument(text);
  if (read.kind === 'problems') return { kind: 'problems', problems: bounded(read.problems) };
  const shared = new Shared(promql, new NamedKinds(owners));
  const custom = await compileAll(read.document.rules, { name: 'rules', shared });
  const external = await compileAll(read.document.externalRules, { name: 'externalRules', shared });
  if (shared.problems.length > 0) return { kind: 'problems', problems: bounded(shared.problems) };
  return { kind: 'rules', rules: { custom, external } };
}

async function compileAll(
  raw: readonly RawRule[],
  { name, shared }: { readonly name: 'rules' | 'externalRules'; readonly shared: Shared },
): Promise<readonly AdapterRule[]> {
  const compiled: AdapterRule[] = [];
  for (const [index, rule] of raw.entries()) {
    if (index > 0 && index % RULES_A_TURN === 0) await setImmediate();
    const path = `${name}[${index}]`;
    const one = compileRule(rule, { path, isExternal: name === 'externalRules' }, new Tools(shared, path));
    if (one !== undefined) compiled.push(one);
  }
  return compiled;
}

function bounded(problems: readonly Problem[]): readonly Problem[] {
  const more = problems.length - MOST_PROBLEMS;
  if (more <= 0) return problems;
  return [...problems.slice(0, MOST_PROBLEMS), { path: '', message: `and ${more} more problems; mend these first` }];
}
