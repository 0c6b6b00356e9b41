// Differences as a person reads them.
import type { Cause } from './causes.ts';
import type { Question } from './oracle.ts';

const MOST_SAMPLES = 40;
const MOST_SERIES = 4;

/** A line of what differs, the question, both answers, and the samples where they are few. */
export function causeText({ name, count, example: { question, data, difference } }: Cause): string {
  const samples = data.map(({ labels, timesMs, values }) => {
    const { __name__: name = '', ...others } = labels;
    const said = Object.entries(others).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
    const shown = timesMs.slice(0, MOST_SAMPLES).map((timeMs, at) => `${values[at]}@${timeMs}`);
    return `    ${name}{${said.join(',')}} ${shown.join(' ')}`;
  });
  return [
    `${count} × ${name}`,
    `  ${questionText(question)}`,
    `  ${difference.part}: ${difference.text}`,
    ...(data.length <= MOST_SERIES ? samples : [`    (${data.length} series)`]),
  ].join('\n');
}

/** The expression, when it is asked, and with which settings. */
export function questionText(question: Question): string {
  if ('instant' in question) {
    const { instant, timeMs, ...settings } = question;
    return `${instant}   at ${timeMs}${settingsText(settings)}`;
  }
  const { range, startMs, endMs, stepMs, ...settings } = question;
  return `${range}   from ${startMs} to ${endMs} every ${stepMs} ms${settingsText(settings)}`;
}

function settingsText(settings: object): string {
  return Object.keys(settings).length === 0 ? '' : ` with ${JSON.stringify(settings)}`;
}
