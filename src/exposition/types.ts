// Metric types as small numbers.
import type { MetricType } from '../model/line.ts';

/** The number of a type is its place here. */
export const TYPES: readonly MetricType[] = ['unknown', 'counter', 'gauge', 'histogram', 'summary'];

/** Of a text that says no type. */
export const NO_TYPE = -1;
