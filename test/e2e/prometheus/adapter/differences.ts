// In what Plimsoll answers otherwise than prometheus-adapter 0.12 does, on purpose: the table of docs/migrating-from-prometheus-adapter.md.
import type { Finding } from './compare.ts';
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
/** Between the adapter's clock and ours lies one answer. */
const NOW_MS = 5000;

/** In the order of the guide. */
export const DIFFERENCES: readonly Difference[] = [
  {
    about: 'time stamp',
    adapter: 'now',
    plimsoll: 'that of the newest sample that counted',
    why: 'a number of five minutes ago passes for fresh',
    explains: (finding) =>
      finding.kind === 'time' &&
      Math.abs(finding.theirs.timestampMs - finding.asked.askedMs) < NOW_MS &&
      finding.ours.timestampMs % SPACING_MS === 0 &&
      finding.ours.timestampMs < finding.theirs.timestampMs,
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
    plimsoll: 'no item, 404 where it is the only one',
    why: 'a pod of which nothing is known would count as one without load, and the HPA would scale down',
    explains: (finding) =>
      (finding.kind === 'missing' && finding.item.quantity === '0' && isCustom(finding)) ||
      isRefused(finding, ({ quantity }) => quantity === '0'),
  },
  {
    about: 'infinite and huge numbers, and NaN of an external metric',
    adapter: `\`${OVERFLOW}\``,
    plimsoll: 'no item, 404 where it is the only one',
    why: 'the sum of a group turns to −9 × 10^15, which is scaled down to the minimum',
    explains: (finding) =>
      (finding.kind === 'missing' && finding.item.quantity === OVERFLOW) || isRefused(finding, ({ quantity }) => quantity === OVERFLOW),
  },
];

function isCustom({ asked }: Finding): boolean {
  return asked.path.includes('/custom.metrics.k8s.io/');
}

/** Theirs are items of which all are such, ours is a 404. */
function isRefused({ kind, asked: { theirs, ours } }: Finding, isSuch: (item: { readonly quantity: string }) => boolean): boolean {
  return (
    kind === 'answer' &&
    theirs.kind === 'items' &&
    theirs.items.length > 0 &&
    theirs.items.every(isSuch) &&
    ours.kind === 'refusal' &&
    ours.status === 404
  );
}
