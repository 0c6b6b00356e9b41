// Errors that a person can mend: printed without a stack, with the exit code that the mistake deserves.

/** 2: usage or configuration; 1: something outside went wrong at run time. */
export type ExitCode = 1 | 2;

export class UserError extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UserError';
    this.exitCode = exitCode;
  }
}
