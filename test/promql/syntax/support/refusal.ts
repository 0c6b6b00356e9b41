// Why an expression is refused.
import { QueryError, type QueryFailure } from '../../../../src/model/query-engine.ts';
import { type ParseOptions, parseExpression } from '../../../../src/promql/syntax/parse.ts';

/** The message comes without the `parse error: ` that all have after their place. */
export function refusalOf(text: string, options?: ParseOptions): { readonly failure: QueryFailure; readonly message: string } {
  try {
    parseExpression(text, options);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return { failure: error.failure, message: error.message.replace(': parse error: ', ': ') };
  }
  throw new Error(`${JSON.stringify(text)} was read`);
}
