// An inspection for machines and for people.
import { quote } from '../../lib/quote.ts';
import type { Document } from './document.ts';
import type { Inspection } from './inspection.ts';
import type { Reading } from './reading.ts';

/** The keys that scripts rely on; `families` and `samples` and `malformed` are counts. */
export function inspectionJson({ source, document, readings, warnings }: Inspection): string {
  const { families, samples, malformed } = document;
  return `${JSON.stringify({ source, families: families.size, samples: samples.length, readings, warnings, malformed }, undefined, 2)}\n`;
}

export function inspectionText(inspection: Inspection): string {
  const { source, document, readings, warnings } = inspection;
  const sections = [
    `source     ${source}\nfamilies   ${document.families.size}\nsamples    ${document.samples.length}\nmalformed  ${document.malformed}\n`,
    section('readings', readings.map(readingText)),
    section(
      'warnings',
      warnings.map(({ code, message }) => `${code}: ${message}`),
    ),
    section(
      'malformed lines',
      document.examples.map((example) => `line ${example.lineNumber}: ${example.reason}: ${quote(example.text)}`),
    ),
    section('families', familyTexts(document)),
  ];
  return withoutControls(sections.filter((text) => text !== '').join('\n'));
}

/** Nothing, where there are no lines. */
export function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${title}\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

// Enough for people; JSON keeps every digit.
const SHOWN_DIGITS = 12;

function readingText({ name, labels, value, unit }: Reading): string {
  const inner = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
  return `${name}{${inner.join(',')}}  ${Number(value.toPrecision(SHOWN_DIGITS))} ${unit}`;
}

function familyTexts({ families, samples }: Document): string[] {
  const said = new Map<string, { readonly type: string; readonly count: number }>();
  for (const { name, line } of samples) {
    const family = familyOf(name, families);
    said.set(family, { type: line.type, count: (said.get(family)?.count ?? 0) + 1 });
  }
  return [...families].map((name) => {
    const { type, count } = said.get(name) ?? { type: '-', count: 0 };
    return `${type.padEnd(9)} ${name}  ${count}`;
  });
}

/** Rows of histograms and summaries carry a suffix that their family has not. */
function familyOf(name: string, families: Document['families']): string {
  return families.has(name) ? name : name.replace(/_(?:bucket|sum|count)$/, '');
}

/** What a server says must not move a terminal's cursor. */
export function withoutControls(text: string): string {
  return text.replace(/[^\P{Cc}\n]/gu, '\ufffd');
}
