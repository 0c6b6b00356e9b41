// What Grafana would ask for the committed dashboards: every query of every panel and variable, with its variables filled in.
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { DASHBOARDS } from '../../dashboards/src/files.ts';

const targetSchema = z.looseObject({ refId: z.string(), expr: z.string(), range: z.boolean().optional(), instant: z.boolean().optional() });

const panelSchema = z.looseObject({
  id: z.number(),
  type: z.string(),
  title: z.string().optional(),
  description: z.string().optional(),
  gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  interval: z.string().optional(),
  targets: z.array(targetSchema).default([]),
});

const variableSchema = z.looseObject({
  name: z.string(),
  type: z.enum(['datasource', 'query', 'custom', 'constant']),
  query: z.union([z.string(), z.looseObject({ query: z.string() })]),
  regex: z.string().optional(),
  allValue: z.string().optional(),
  current: z.looseObject({ value: z.union([z.string(), z.array(z.string())]).optional() }).optional(),
});

const dashboardSchema = z.looseObject({
  uid: z.string(),
  title: z.string(),
  schemaVersion: z.number(),
  panels: z.array(panelSchema),
  templating: z.object({ list: z.array(variableSchema) }),
});

export type DashboardJson = z.infer<typeof dashboardSchema>;
export type PanelJson = z.infer<typeof panelSchema>;
export type VariableJson = z.infer<typeof variableSchema>;

/** As committed. */
export function dashboards(): readonly DashboardJson[] {
  return DASHBOARDS.map(({ uid }) => {
    const text = readFileSync(new URL(`../../dashboards/${uid}.json`, import.meta.url), 'utf8');
    return dashboardSchema.parse(JSON.parse(text));
  });
}

export interface Question {
  /** `Dashboard / Panel A`. */
  readonly name: string;
  readonly kind: 'range' | 'instant';
  readonly expr: string;
  /** Distance of the points of a range. */
  readonly stepS: number;
}

/** Values of variables by name, as text that a query gets. */
export type Chosen = Readonly<Record<string, string>>;

/** What a data source of Grafana takes for the interval of scrapes unless it is told another one; points are no closer. */
const SCRAPES_S = 15;

/** Of a panel whose points are so far apart: a window of rates is a point and a scrape, or four scrapes. */
function timesOf(stepS: number): Chosen {
  return { __rate_interval: `${Math.max(stepS + SCRAPES_S, 4 * SCRAPES_S)}s`, __range: '15m', __interval: `${stepS}s` };
}

/** Every query of every panel. Throws when a variable is left that nobody gives a value. */
export function panelQuestions(dashboard: DashboardJson, chosen: Chosen): readonly Question[] {
  return dashboard.panels.flatMap(({ title = '', interval, targets }) => {
    const stepS = Math.max(SCRAPES_S, secondsOf(interval));
    return targets.map(({ refId, expr, instant }) => ({
      name: `${dashboard.title} / ${title} ${refId}`,
      kind: instant === true ? ('instant' as const) : ('range' as const),
      expr: filledIn(expr, { ...timesOf(stepS), ...chosen }),
      stepS,
    }));
  });
}

function secondsOf(interval: string | undefined): number {
  const { count, unit } = /^(?<count>\d+)(?<unit>[sm])$/.exec(interval ?? '0s')?.groups ?? {};
  return Number(count) * (unit === 'm' ? 60 : 1);
}

/** What Grafana puts in place of variables; a number after the sign is a group of a regular expression. */
function filledIn(text: string, chosen: Chosen): string {
  return text.replace(/\$(?:\{(?<braced>\w+)\}|(?<plain>[A-Za-z_]\w*))/g, (whole, _braced, _plain, _at, _text, groups) => {
    const value = chosen[groups.braced ?? groups.plain];
    if (value === undefined) throw new Error(`cannot fill in ${whole}: no variable has that name`);
    return value;
  });
}

export interface LabelValues {
  readonly selector: string;
  readonly label: string;
}

/** Reads `label_values(<selector>, <label>)`, the one form that our variables have. */
export function labelValuesOf(variable: VariableJson, chosen: Chosen): LabelValues {
  const text = typeof variable.query === 'string' ? variable.query : variable.query.query;
  const { selector, label } = /^label_values\((?<selector>.+), (?<label>\w+)\)$/.exec(filledIn(text, chosen))?.groups ?? {};
  if (selector === undefined || label === undefined) throw new Error(`cannot read ${text}: it is no label_values(selector, label)`);
  return { selector, label };
}

/** What *All* and the first choice are, before any value of a query is known. */
export function chosenAtFirst(dashboard: DashboardJson, instance: string): Chosen {
  const values = dashboard.templating.list.map(({ name, type, allValue, current }) => {
    if (type === 'custom' || type === 'constant') return [name, String(current?.value)];
    return [name, allValue ?? instance];
  });
  return Object.fromEntries(values);
}

/** What becomes of the values of a label by the regular expression of a variable: its first group, or what it matches. */
export function valuesBy(regex: string | undefined, values: readonly string[]): readonly string[] {
  const body = /^\/(?<body>.*)\/$/.exec(regex ?? '')?.groups?.['body'];
  if (body === undefined) return values;
  const found = values.flatMap((value) => {
    const match = new RegExp(body).exec(value);
    return match === null ? [] : [match[1] ?? match[0]];
  });
  return [...new Set(found)];
}
