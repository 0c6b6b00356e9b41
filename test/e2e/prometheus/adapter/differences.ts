// In what Plimsoll answers otherwise than prometheus-adapter 0.12 does, on purpose: the table of docs/migrating-from-prometheus-adapter.md.
import type { Said } from './answer.ts';
import { type Finding, isNow } from './compare.ts';
import { SPACING_MS } from './samples.ts';

export interface Difference {
  /** Of what. */
  readonly about: string;
  readonly adapter: string;
  readonly plimsoll: string;
  readonly why: string;
  /** Whether this is what was found. */
  explains(finding: Finding): boolean;
}

/** What Go makes of a number that is too large for an int64, in thousandths. */
const OVERFLOW = '-9223372036854775808m';
/** Custom metrics of which some object's number is none: a true 0 must not be left out. */
const OF_NAN = /\/(?:extreme_nan|extreme_infinite|queue_compute_ratio|request_latency_p90_seconds)(?:\?|$)/;

const LARGEST = '9223372036854775807';

/** In the order of the guide. */
export const DIFFERENCES: readonly Difference[] = [
  {
    about: 'time stamp',
    adapter: 'now',
    plimsoll: 'that of the newest sample that counted',
    why: 'a number of five minutes ago passes for fresh',
    explains: (finding) =>
      finding.kind === 'time' &&
      isNow(finding.theirs, finding.asked.theirsAtMs) &&
      finding.ours.timestampMs % SPACING_MS === 0 &&
      finding.ours.timestampMs <= finding.asked.oursAtMs &&
      finding.asked.oursAtMs - finding.ours.timestampMs < 2 * SPACING_MS,
  },
  {
    about: '`apiVersion` of an object of the core group',
    adapter: '`/v1`',
    plimsoll: '`v1`',
    why: 'there is no version of the first name; the HPA reads neither',
    explains: (finding) => finding.kind === 'version' && finding.theirs.apiVersion === `/${finding.ours.apiVersion}`,
  },
  {
    about: 'thousandths',
    adapter: 'cut off: 0.6667 is `666m`, 0.0004 is `0`',
    plimsoll: 'kept to the ninth digit, the rest rounded up: `666666667n`, `400u`',
    why: 'small numbers vanish, and all are a little less than they are',
    explains: (finding) =>
      finding.kind === 'value' &&
      Math.abs(finding.theirs.value) < 1e15 &&
      Math.abs(Math.trunc(finding.ours.value * 1000) - finding.theirs.value * 1000) < 1e-3,
  },
  {
    about: 'NaN of a custom metric, 0 ÷ 0 say',
    adapter: '`0`',
    plimsoll: 'no item; 404 where there is no other',
    why: 'a pod of which nothing is known would count as one without load, and the HPA would scale down',
    explains: (finding) => OF_NAN.test(pathOf(finding)) && isLeftOut(finding, '0'),
  },
  {
    about: 'infinite numbers',
    adapter: `\`${OVERFLOW}\``,
    plimsoll: 'no item; 404 where there is no other, and for the whole of an external metric',
    why: 'the HPA adds it up, and scales down to the minimum',
    explains: (finding) => isLeftOut(finding, OVERFLOW) || (isExternal(finding) && isRefused(finding, 404) && says(finding, OVERFLOW)),
  },
  {
    about: 'numbers from 9.2 × 10^15 on',
    adapter: `\`${OVERFLOW}\``,
    plimsoll: 'themselves, at most 2^63 − 1, the largest quantity that clients read',
    why: 'what is too much would pass for less than nothing',
    explains: (finding) => finding.kind === 'value' && finding.theirs.quantity === OVERFLOW && finding.ours.quantity === LARGEST,
  },
  {
    about: 'several series of one object',
    adapter: 'the last one, in whatever order they come',
    plimsoll: '404: aggregate them',
    why: 'which one it is may change from answer to answer',
    explains: (finding) => /\/one_of_several(?:\?|$)/.test(pathOf(finding)) && (finding.kind === 'missing' || isRefused(finding, 404)),
  },
  {
    about: 'nothing found, though something was asked about',
    adapter: 'an empty list',
    plimsoll: '404 with the reason',
    why: 'the HPA shows the message of a 404; of an empty list it says only that there were no metrics',
    explains: (finding) => isRefused(finding, 404) && isNothing(finding.asked.theirs),
  },
  {
    about: 'a selector that selects no object',
    adapter: '404, as if there were no such metric',
    plimsoll: 'an empty list, and the selector in the log',
    why: 'the metric is there; to the HPA both are a failure',
    explains: (finding) =>
      isAnswer(finding) && isStatus(finding.asked.theirs, 404) && isNothing(finding.asked.ours) && /\/\*\/[^/]+/.test(finding.asked.path),
  },
  {
    about: 'a selector with `>` or `<`',
    adapter: '404, or 500 for an external metric',
    plimsoll: '400',
    why: 'labels of series are texts; no HPA can ask so',
    explains: (finding) => isRefused(finding, 400) && /%3E|%3C/.test(finding.asked.path) && finding.asked.theirs.kind === 'refusal',
  },
  {
    about: 'others than pods, selected by their labels',
    adapter: 'those whose labels match',
    plimsoll: '400',
    why: 'only the labels of pods are known; an HPA selects nothing else',
    explains: (finding) =>
      isRefused(finding, 400) &&
      isCustom(finding) &&
      !finding.asked.path.includes('/pods/') &&
      finding.asked.path.includes('?labelSelector='),
  },
  {
    about: 'all objects of a kind that has no pods: `persistentvolumes/*`',
    adapter: 'those that there are',
    plimsoll: '400; each can be asked about by its name',
    why: 'only pods, what owns them and where they run is followed; an HPA asks for all of nothing but pods',
    explains: (finding) =>
      isRefused(finding, 400) && finding.asked.path.includes('/persistentvolumes/*/') && finding.asked.theirs.kind === 'items',
  },
  {
    about: 'how a `metricLabelSelector` is repeated: `model in (bert)`',
    adapter: '`matchExpressions`',
    plimsoll: '`matchLabels`',
    why: 'they mean the same; nobody reads it',
    explains: (finding) => finding.kind === 'form' && isSameSelector(finding.theirs.selector, finding.ours.selector),
  },
  {
    about: 'a query that fails',
    adapter: '500, `unable to fetch metrics`',
    plimsoll: 'the reason of the engine',
    why: 'nobody can mend what is not told',
    explains: (finding) => isAnswer(finding) && isStatus(finding.asked.theirs, 500) && saysOwn(finding, 'unable to fetch metrics'),
  },
  {
    about: 'a `metricLabelSelector` that cannot be read',
    adapter: '500',
    plimsoll: '400',
    why: 'it is the asker who is wrong; as 500 it would be tried again',
    explains: (finding) =>
      isRefused(finding, 400) && isStatus(finding.asked.theirs, 500) && saysOwn(finding, 'unable to parse requirement'),
  },
  {
    about: '`metricLabelSelector=model!=bert`',
    adapter: '500, `"!=" is not a valid label selector operator`, where a value is found',
    plimsoll: 'the value',
    why: 'it is a selector like any other',
    explains: (finding) =>
      isAnswer(finding) && isStatus(finding.asked.theirs, 500) && saysOwn(finding, 'is not a valid label selector operator'),
  },
  {
    about: 'upper case in the name of an external metric',
    adapter: 'found as it is written only: client-go asks in lower case, so an HPA never gets it',
    plimsoll: 'found in any case',
    why: '`DCGM_FI_DEV_GPU_UTIL` is such a name',
    explains: (finding) =>
      isExternal(finding) &&
      isAnswer(finding) &&
      isStatus(finding.asked.theirs, 404) &&
      finding.asked.ours.kind === 'items' &&
      isLowerCase(finding.asked.path),
  },
  {
    about: 'a node or volume that is asked about under a namespace, as the HPA does',
    adapter: '404',
    plimsoll: 'the value',
    why: 'an HPA could follow no metric of a node',
    explains: (finding) =>
      isAnswer(finding) &&
      /\/namespaces\/[^/]+\/(?:nodes|persistentvolumes)\//.test(finding.asked.path) &&
      isStatus(finding.asked.theirs, 404) &&
      finding.asked.ours.kind === 'items',
  },
  {
    about: 'aggregated discovery',
    adapter: 'a document without its groups',
    plimsoll: 'its groups, versions and metrics',
    why: 'kube-apiserver takes the document at its word, and kubectl finds no metrics',
    explains: (finding) => finding.kind === 'groups' && finding.theirs.length === 0 && finding.ours.includes('custom.metrics.k8s.io'),
  },
  {
    about: 'a rule that can never be answered: its query does not parse, or gives a scalar or a range',
    adapter: 'taken; every question is answered with 500',
    plimsoll: 'refused with the number of the rule and the column, by `plimsoll check` too',
    why: 'a mistake is best found before it matters',
    explains: (finding) => finding.kind === 'rule' && isStatus(finding.theirs, 500) && finding.problem !== '',
  },
];

function isAnswer(finding: Finding): finding is Finding & { readonly kind: 'answer' } {
  return finding.kind === 'answer';
}

function pathOf(finding: Finding): string {
  return 'asked' in finding ? finding.asked.path : '';
}

function isCustom(finding: Finding): boolean {
  return pathOf(finding).startsWith('/apis/custom.metrics.k8s.io/');
}

function isExternal(finding: Finding): boolean {
  return pathOf(finding).startsWith('/apis/external.metrics.k8s.io/');
}

function isLowerCase(path: string): boolean {
  const metric = path.split('?')[0]?.split('/').at(-1) ?? '';
  return metric === metric.toLowerCase();
}

/** One value that is alone in a list, and the same in a mapping. */
function isSameSelector(theirs: string, ours: string): boolean {
  const [, key, value] = /^\{"matchExpressions":\[\{"key":"([^"]+)","operator":"In","values":\["([^"]+)"\]\}\]\}$/.exec(theirs) ?? [];
  return key !== undefined && ours === `{"matchLabels":{"${key}":"${value}"}}`;
}

function isStatus(said: Said, status: number): boolean {
  return said.kind === 'refusal' && said.status === status;
}

/** Ours is a refusal of that status. */
function isRefused(finding: Finding, status: number): finding is Finding & { readonly kind: 'answer' } {
  return isAnswer(finding) && isStatus(finding.asked.ours, status);
}

function isNothing(said: Said): boolean {
  return said.kind === 'items' && said.items.length === 0;
}

/** Whether the adapter says this in its refusal. */
function saysOwn(finding: Finding & { readonly kind: 'answer' }, words: string): boolean {
  const { theirs } = finding.asked;
  return theirs.kind === 'refusal' && theirs.message.includes(words);
}

/** Whether one of the adapter's items is of this quantity. */
function says(finding: Finding & { readonly kind: 'answer' }, quantity: string): boolean {
  const { theirs } = finding.asked;
  return theirs.kind === 'items' && theirs.items.some((item) => item.quantity === quantity);
}

/** Items of this quantity have no counterpart: one of some, or all there are. */
function isLeftOut(finding: Finding, quantity: string): boolean {
  if (finding.kind === 'missing') return finding.item.quantity === quantity;
  if (!isRefused(finding, 404) || isNothing(finding.asked.theirs)) return false;
  const { theirs } = finding.asked;
  return theirs.kind === 'items' && theirs.items.every((item) => item.quantity === quantity);
}
