// What the metrics API answered at a time, for people: an answer a line.
import { listOf, objectOf } from '../../lib/json.ts';
import { withoutControls } from '../inspect/print.ts';

/** From the JSON of /api/plimsoll/answers. */
export function answersText(json: unknown): string {
  const answers = listOf(objectOf(json)['answers']);
  if (answers.length === 0) return 'no answer is recorded for that\n';
  return withoutControls(answers.map((answer) => `${JSON.stringify(answer)}\n`).join(''));
}

/** True where the JSON has an answer. */
export function hasAnswers(json: unknown): boolean {
  return listOf(objectOf(json)['answers']).length > 0;
}
