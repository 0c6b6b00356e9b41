// What can be told of a template before it is filled: fields, variables and functions that there are not.
import { nearest } from '../nearest.ts';
import { quote } from '../quote.ts';
import { type Branch, type Command, GoTemplateError, type Node, type Operand, type Pipeline } from './ast.ts';
import { FUNCTIONS, refusedVerb } from './functions.ts';

/** Whether a value is the fields that the template was given, which alone have fields. */
type Holds = 'fields' | 'value';

interface Scope {
  readonly fields: readonly string[];
  readonly dot: Holds;
  readonly variables: ReadonlyMap<string, Holds>;
}

/** Throws a GoTemplateError for the first mistake. */
export function checkNodes(nodes: readonly Node[], fields: readonly string[]): void {
  checkAll(nodes, { fields, dot: 'fields', variables: new Map([['$', 'fields']]) });
}

function checkAll(nodes: readonly Node[], scope: Scope): void {
  const variables = new Map(scope.variables);
  for (const node of nodes) {
    if (node.kind === 'text') continue;
    if (node.kind !== 'output') {
      checkBranch(node, { ...scope, variables });
      continue;
    }
    const holds = checkPipeline(node.pipeline, { ...scope, variables });
    for (const name of node.pipeline.variables) variables.set(name, holds);
  }
}

function checkBranch({ kind, pipeline, body, otherwise }: Branch, scope: Scope): void {
  const holds = checkPipeline(pipeline, scope);
  const element = kind === 'range' ? 'value' : holds;
  const variables = new Map(scope.variables);
  for (const name of pipeline.variables) variables.set(name, element);
  checkAll(body, { ...scope, variables, dot: kind === 'if' ? scope.dot : element });
  checkAll(otherwise, { ...scope, variables });
}

function checkPipeline({ commands, variables, isDeclaration, at }: Pipeline, scope: Scope): Holds {
  for (const name of variables) {
    if (!isDeclaration && !scope.variables.has(name)) throw unknownVariable(name, at);
  }
  let holds: Holds = 'value';
  for (const [index, command] of commands.entries()) holds = checkCommand(command, { ...scope, isFirst: index === 0 });
  return commands.length === 1 ? holds : 'value';
}

function checkCommand({ operands }: Command, scope: Scope & { readonly isFirst: boolean }): Holds {
  const [first, ...args] = operands;
  const kinds = [first, ...args].map((operand) => checkOperand(operand, scope));
  if (first.kind === 'function') return checkCall(first, args);
  if (!scope.isFirst) throw new GoTemplateError(first.at, 'what stands behind "|" has to be a function');
  const [extra] = args;
  if (extra !== undefined) throw new GoTemplateError(extra.at, 'only a function takes arguments');
  if (first.kind === 'constant' && first.value === null) throw new GoTemplateError(first.at, 'nil is no command');
  return kinds[0] ?? 'value';
}

function checkCall({ name, at }: { readonly name: string; readonly at: number }, args: readonly Operand[]): Holds {
  const [format] = args;
  if (name !== 'printf' || format?.kind !== 'constant' || typeof format.value !== 'string') return 'value';
  const refused = refusedVerb(format.value);
  if (refused !== undefined)
    throw new GoTemplateError(at, `the verb ${quote(refused)} of printf is not supported; use %s, %v, %q, %d or %t`);
  return 'value';
}

function checkOperand(operand: Operand, scope: Scope): Holds {
  switch (operand.kind) {
    case 'constant':
      return 'value';
    case 'function':
      if (!FUNCTIONS.has(operand.name)) throw unknownFunction(operand.name, operand.at);
      return 'value';
    case 'dot':
      return checkFields(operand, scope.dot, scope.fields);
    case 'pipeline':
      return checkFields(operand, checkPipeline(operand.pipeline, scope), scope.fields);
    case 'variable': {
      const holds = scope.variables.get(operand.name);
      if (holds === undefined) throw unknownVariable(operand.name, operand.at);
      return checkFields(operand, holds, scope.fields);
    }
  }
}

function checkFields({ fields, at }: Extract<Operand, { readonly fields: readonly string[] }>, of: Holds, known: readonly string[]): Holds {
  const [first, second] = fields;
  if (first === undefined) return of;
  if (of === 'fields' && !known.includes(first)) throw unknownField(first, { at, known });
  const without = of === 'fields' ? second : first;
  if (without !== undefined)
    throw new GoTemplateError(at, `there is no field ${quote(`.${without}`)} here: what stands before it is a text, a list or a map`);
  return 'value';
}

function unknownField(name: string, { at, known }: { readonly at: number; readonly known: readonly string[] }): GoTemplateError {
  return new GoTemplateError(
    at,
    `there is no field ${quote(`.${name}`)}; ${advice(
      `.${name}`,
      known.map((one) => `.${one}`),
    )}`,
  );
}

function unknownFunction(name: string, at: number): GoTemplateError {
  return new GoTemplateError(at, `there is no function ${quote(name)}; ${advice(name, [...FUNCTIONS.keys()])}`);
}

function unknownVariable(name: string, at: number): GoTemplateError {
  return new GoTemplateError(at, `there is no variable ${quote(name)}; set it before with :=`);
}

function advice(name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  return meant === undefined ? `there are ${known.join(', ')}` : `did you mean ${meant}?`;
}
