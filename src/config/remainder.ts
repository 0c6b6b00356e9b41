// A configuration without its ill-formed settings, so that the contradictions among the others can be told in the same breath.
import type * as z from 'zod';
import { formatPath, type Problem } from './problem.ts';
import { type Config, configSchema } from './schema.ts';

/** Settings that are compared with one another: with the default of one that was taken out, the comparison would say what is not so. */
const COMPARED = /(?:retention|window|interval|timeout)$/;

/** What `contradictions` finds among the well-formed settings; nothing when the rest makes no configuration. */
export function problemsOfRest(
  raw: unknown,
  issues: readonly z.core.$ZodIssue[],
  contradictions: (config: Config) => readonly Problem[],
): readonly Problem[] {
  const rest = structuredClone(raw);
  const taken = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path],
  );
  for (const path of taken) remove(rest, path);
  const result = configSchema.safeParse(rest);
  if (!result.success) return [];
  const isCompared = taken.some((path) => COMPARED.test(formatPath(path)));
  return contradictions(result.data).filter(({ path }) => !isCompared || !COMPARED.test(path));
}

function remove(root: unknown, path: readonly PropertyKey[]): void {
  let node = root;
  for (const step of path.slice(0, -1)) node = isObject(node) ? node[String(step)] : undefined;
  if (isObject(node)) delete node[String(path.at(-1))];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
