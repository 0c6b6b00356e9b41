// In what two answers to one question differ, finding by finding.
import type { Item, Said } from './answer.ts';

/** The two as they answered one question; `askedMs` is when on the wall clock. */
export interface Asked {
  readonly path: string;
  readonly theirs: Said;
  readonly ours: Said;
  /** When each was asked, on the wall clock. */
  readonly theirsAtMs: number;
  readonly oursAtMs: number;
}

export type Finding =
  | AnswerFinding
  /** Groups of the aggregated discovery document. */
  | { readonly kind: 'groups'; readonly theirs: readonly string[]; readonly ours: readonly string[] }
  /** What the adapter answers by a rule, and why Plimsoll refuses the rule. */
  | { readonly kind: 'rule'; readonly theirs: Said; readonly problem: string };

export type AnswerFinding = { readonly asked: Asked } & (
  | { readonly kind: 'answer' }
  /** An item that one of them has alone. */
  | { readonly kind: 'missing' | 'added'; readonly item: Item }
  /** Of an item that both have: number, time stamp, `apiVersion`, and the rest. */
  | { readonly kind: 'value' | 'time' | 'version' | 'form'; readonly theirs: Item; readonly ours: Item }
);

/** Sums are taken in the order of the series, which may differ, and a rate depends on when it is asked in its last digits. */
const TOLERANCE = 1e-9;

/** Empty where they say the same. Of two refusals the status counts: their words are each one's own. */
export function compare(asked: Asked): readonly AnswerFinding[] {
  const { theirs, ours } = asked;
  if (theirs.kind === 'refusal' || ours.kind === 'refusal') {
    const isSame = theirs.kind === 'refusal' && ours.kind === 'refusal' && theirs.status === ours.status;
    return isSame ? [] : [{ asked, kind: 'answer' }];
  }
  const others = [...ours.items];
  const findings = theirs.items.flatMap((item): readonly AnswerFinding[] => {
    const index = others.findIndex(({ about }) => about === item.about);
    const [other] = index === -1 ? [] : others.splice(index, 1);
    return other === undefined ? [{ asked, kind: 'missing', item }] : ofItem(asked, item, other);
  });
  return [...findings, ...others.map((item): AnswerFinding => ({ asked, kind: 'added', item }))];
}

function ofItem(asked: Asked, theirs: Item, ours: Item): readonly AnswerFinding[] {
  const kinds: readonly (readonly ['value' | 'time' | 'version' | 'form', boolean])[] = [
    ['value', Math.abs(theirs.value - ours.value) <= TOLERANCE * Math.abs(theirs.value)],
    ['time', areBothNow(asked, theirs, ours)],
    ['version', theirs.apiVersion === ours.apiVersion],
    ['form', theirs.metric === ours.metric && theirs.selector === ours.selector],
  ];
  return kinds.filter(([, isSame]) => !isSame).map(([kind]) => ({ asked, kind, theirs, ours }));
}

/** Whole seconds are said, and an answer takes a while. */
const NOW_MS = 2000;

/** Whether the time stamp says when it was asked. */
export function isNow({ timestampMs }: Item, askedMs: number): boolean {
  return Math.abs(timestampMs - askedMs) <= NOW_MS;
}

/** What has no labels may be a scalar, which comes from no sample. */
function areBothNow({ theirsAtMs, oursAtMs }: Asked, theirs: Item, ours: Item): boolean {
  return ours.about === NO_LABELS && isNow(theirs, theirsAtMs) && isNow(ours, oursAtMs);
}

const NO_LABELS = '{}';

/** What findings of one cause have in common: one of them tells enough. */
export function shapeOf(finding: Finding): string {
  if (finding.kind !== 'answer') return finding.kind;
  const shape = (said: Said): string => (said.kind === 'refusal' ? String(said.status) : said.items.length === 0 ? 'nothing' : 'items');
  return `${finding.kind} ${shape(finding.asked.theirs)} ${shape(finding.asked.ours)}`;
}

/** For messages. */
export function told(finding: Finding): string {
  if (!('asked' in finding)) return JSON.stringify(finding);
  const { asked } = finding;
  const said = (one: Said): string =>
    one.kind === 'refusal'
      ? `${one.status} ${one.message}`
      : `[${one.items.map(({ about, quantity }) => `${about} = ${quantity}`).join('; ')}]`;
  const item = (one: Item): string =>
    `${one.about} ${one.metric} ${one.selector} = ${one.quantity} at ${new Date(one.timestampMs).toISOString()}`;
  if (finding.kind === 'answer') return `${asked.path}\n  answer: ${said(asked.theirs)}\n  ours:   ${said(asked.ours)}`;
  if ('item' in finding) return `${asked.path}\n  ${finding.kind}: ${item(finding.item)}`;
  return `${asked.path}\n  ${finding.kind}: ${item(finding.theirs)}\n  ours: ${item(finding.ours)}`;
}
