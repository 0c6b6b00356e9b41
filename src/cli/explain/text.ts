// An explanation for a person on call: the value first, then down to the lines that it was made of.
import { withoutControls } from '../inspect/print.ts';
import type { Answer, Explanation, Pod } from './document.ts';
import { numberText, rowsText, since } from './layout.ts';
import { sourcesText } from './sources-text.ts';

export interface TextOptions {
  /** Whether every pod is shown down to its lines; else the first one that lacks, and the first that gives. */
  readonly all: boolean;
}

export function explanationText(document: Explanation, { all }: TextOptions): string {
  const { metric, object, engine = 'embedded' } = document;
  const sections = [
    `${metric} of ${object}${engine === 'embedded' ? '' : `, computed by ${engine}`}\n${answersText(document)}`,
    podsText(document),
    expressionsText(document),
    ...shownPods(document.pods, all).map((pod) => sourcesText(pod, { ...document, all, isTold: document.pods.length === 1 })),
  ];
  return withoutControls(sections.filter((text) => text !== '').join('\n'));
}

/** True where somebody who asks for the metric gets a number. */
export function hasValue({ answers }: Explanation): boolean {
  return answers.some(({ value }) => value !== undefined);
}

function answersText({ answers, ...document }: Explanation): string {
  const [first, ...others] = answers;
  if (first === undefined) return '';
  // One for each pod: the table of pods has them.
  if (others.length > 0) {
    const known = answers.filter(({ value }) => value !== undefined).length;
    const rest = answers.filter(({ pod, absent }) => absent !== undefined && !document.pods.some((one) => one.pod === pod));
    return `\n  ${known} of ${answers.length} pods have a value\n${rest.map((answer) => answerText(answer, document)).join('')}`;
  }
  return `\n${answerText(first, document)}`;
}

function answerText(answer: Answer, { unit, time, pods }: Pick<Explanation, 'unit' | 'time' | 'pods'>): string {
  const { absent } = answer;
  if (absent !== undefined) {
    const about = pods.length > 0 && answer.pod !== undefined ? `${answer.pod}: ` : '';
    return [
      `  ${about}NO VALUE (${absent.reason}): ${pods.length > 1 ? headOf(absent.detail) : absent.detail}`,
      `  to do: ${absent.remedy}`,
      ...absent.evidence.map((text) => `  ${text}`),
      '',
    ].join('\n');
  }
  const { value, quantity, timestamp, windowSeconds, coverage, estimated, warnings = [] } = answer;
  const about = [
    timestamp === undefined ? '' : `${since(timestamp, time)} old`,
    windowSeconds === undefined ? '' : `window ${windowSeconds} s`,
    coverage === undefined ? '' : `${coverage.contributing} of ${coverage.expected} pods`,
    estimated === true ? 'ESTIMATED: missing pods are taken to be like the others' : '',
  ].filter((text) => text !== '');
  const number = numberText(value);
  const head = `  ${number} ${unit}${number === quantity ? '' : ` = ${quantity}`}   ${about.join(' · ')}\n`;
  return head + warnings.map((warning) => `  note: ${warning}\n`).join('');
}

/** What is said of many pods names the first of them: they are listed below. */
function headOf(detail: string): string {
  return /^(?:none of \d+ pods has a number|only \d+ of \d+ pods have a number, [^;]*)/.exec(detail)?.[0] ?? detail;
}

const ROLES: Readonly<Record<string, string>> = { value: '', per: '÷ ', waiting: 'waiting: ', owners: 'GPUs: ', candidates: 'else: ' };

function expressionsText({ expressions }: Explanation): string {
  if (expressions.length === 0) return '';
  const lines = expressions.map(({ role, short }) => `    ${ROLES[role] ?? ''}${short}\n`);
  return `  evaluated\n${lines.join('')}`;
}

function podsText({ pods, morePods, time, reduction }: Explanation): string {
  const [first] = pods;
  // The answer has said it.
  if (first === undefined || (pods.length === 1 && first.missing !== undefined)) return '';
  const more = morePods > 0 ? `    and ${morePods} more\n` : '';
  const rows = rowsText(
    pods.map((pod) => podRow(pod, time)),
    '    ',
  );
  return `  ${reduction}\n${rows}${more}`;
}

function podRow({ pod, readings, missing }: Pod, time: string): readonly string[] {
  if (missing !== undefined) {
    const counts = missing.expected ? 'MISSING' : 'does not count';
    return [pod, '-', `${counts} (${missing.reason}): ${missing.detail}`];
  }
  const [first, ...others] = readings ?? [];
  if (first === undefined) return [pod, '-', ''];
  const values = [first, ...others].map(readingText);
  const shown = values.slice(0, MOST_VALUES).join(', ') + (values.length > MOST_VALUES ? ', …' : '');
  return [pod, shown, first.newest === undefined ? '' : `${since(first.newest, time)} old`];
}

const MOST_VALUES = 4;

function readingText({ device, value, per, waiting }: NonNullable<Pod['readings']>[number]): string {
  const about = Object.values(device).map((name) => `${name} `);
  if (waiting !== undefined) return `${about.join('')}${numberText(value)} (${numberText(waiting)} waiting)`;
  if (per === undefined) return `${about.join('')}${numberText(value)}`;
  const ratio = value === null || per === null ? undefined : value / per;
  return `${about.join('')}${Number.isFinite(ratio) ? numberText(ratio) : '-'} (${numberText(value)} ÷ ${numberText(per)})`;
}

function shownPods(pods: readonly Pod[], all: boolean): readonly Pod[] {
  if (all) return pods;
  const lacking = pods.find(({ missing }) => missing !== undefined);
  const giving = pods.find(({ readings }) => readings !== undefined);
  return [lacking?.missing?.expected === true || giving === undefined ? lacking : undefined, giving].filter((pod) => pod !== undefined);
}
