// /rules, /alerts and /alertmanagers: Plimsoll has none, and says so as a Prometheus without rules does.
import { type Answer, answerOf } from './answer.ts';
import type { Endpoint, Question } from './endpoint.ts';
import { invalidParameter } from './failure.ts';
import { quoted } from './quoted.ts';

export function rulesEndpoints(): readonly Endpoint[] {
  const empty = (path: string, data: object): Endpoint => ({ path, takesForm: false, answer: () => answerOf(data) });
  return [
    { path: '/rules', takesForm: false, answer: rules },
    empty('/alerts', { alerts: [] }),
    empty('/alertmanagers', { activeAlertmanagers: [], droppedAlertmanagers: [] }),
  ];
}

const TYPES = ['', 'alert', 'record'];

function rules({ parameters }: Question): Answer {
  parameters.matcherSets();
  const type = parameters.text('type').toLowerCase();
  if (!TYPES.includes(type)) throw invalidParameter('type', `not supported value ${quoted(type)}`);
  return answerOf({ groups: [] });
}
