// What is wrong with a configuration, all of it at once.
import { UserError } from '../lib/user-error.ts';
import { redactText } from './redact.ts';

export interface Problem {
  /** Where: the path of the setting, `scrape_configs[0].job_name`. */
  readonly path: string;
  /** What was expected, what came, what to change. */
  readonly message: string;
}

export function formatPath(path: readonly PropertyKey[]): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else text += text === '' ? String(part) : `.${String(part)}`;
  }
  return text;
}

/** One error that names every problem of `origin` (`the configuration file …`, or the command line); what it quotes of them is without secrets. */
export function configError(origin: string, problems: readonly Problem[]): UserError {
  const lines = problems.map((problem) => `  ${problem.path === '' ? '' : `${problem.path}: `}${redactText(problem.message)}`);
  const what = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return new UserError(2, `cannot use ${origin}: ${what}\n${lines.join('\n')}`);
}
