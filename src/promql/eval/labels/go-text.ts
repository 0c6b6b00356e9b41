// Numbers and label sets as Go prints them: in messages, and in the labels that count_values makes.
import { notFinite, printPlain } from '../../../lib/go-float.ts';
import { type Labels, METRIC_NAME } from '../../../model/labels.ts';
import { quoteAsGo } from '../../syntax/go-quote.ts';
import { inLabelOrder } from './label-order.ts';

/** As `%g` and `%v`: the shortest digits that mean the number, with an exponent from 1e+06 on and from 1e-05 downwards. */
export function printShortest(value: number): string {
  return notFinite(value) ?? shortest(value);
}

function shortest(value: number): string {
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return printPlain(value);
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** `{__name__="a", b="c"}`, names in order. */
export function printLabels(labels: Labels): string {
  const pairs = inLabelOrder(labels).map(([name, value]) => `${isPlain(name) ? name : quoteAsGo(name)}=${quoteAsGo(value)}`);
  return `{${pairs.join(', ')}}`;
}

function isPlain(name: string): boolean {
  return name === METRIC_NAME || /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name);
}
