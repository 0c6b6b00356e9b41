// What a Go template is once it has been read: the part of text/template that makes text of a few fields.

/** A mistake in a template: where it is, as an offset into the template's text, and what it is. */
export class GoTemplateError extends Error {
  override readonly name = 'GoTemplateError';
  readonly at: number;

  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

interface Place {
  /** Offset into the template's text. */
  readonly at: number;
}

export type Operand = Place &
  (
    | { readonly kind: 'dot'; readonly fields: readonly string[] }
    | { readonly kind: 'variable'; readonly name: string; readonly fields: readonly string[] }
    | { readonly kind: 'constant'; readonly value: string | number | boolean | null }
    | { readonly kind: 'function'; readonly name: string }
    | { readonly kind: 'pipeline'; readonly pipeline: Pipeline; readonly fields: readonly string[] }
  );

/** A function and its arguments, or one operand alone. */
export interface Command extends Place {
  readonly operands: readonly [Operand, ...Operand[]];
}

/** Commands, each of which is given what the one before it made as its last argument. */
export interface Pipeline extends Place {
  readonly commands: readonly Command[];
  /** Variables that it sets; two of a range alone. */
  readonly variables: readonly string[];
  /** Whether they are new (`:=`) or are set anew (`=`). */
  readonly isDeclaration: boolean;
}

export interface Branch extends Place {
  readonly kind: 'if' | 'with' | 'range';
  readonly pipeline: Pipeline;
  readonly body: readonly Node[];
  readonly otherwise: readonly Node[];
}

export type Node = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'output'; readonly pipeline: Pipeline } | Branch;
