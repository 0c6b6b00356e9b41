// What a dashboard of ours is said in: sections of panels with their queries, before Grafana's own form.

/** A question of a panel, and how its answers are named. */
export interface Query {
  readonly expr: string;
  /** Of each series, with `{{label}}`; of a table the heading of the column of values. */
  readonly legend: string;
  /** Drawn beside the others: a bound that is no measurement. */
  readonly isBound?: boolean;
}

/** From `at` on values have this colour, below the first `at` the calm one. */
export interface Threshold {
  readonly at: number;
  readonly color: Color;
}

/** Shades that can be looked at for a day. */
export type Color = 'green' | 'orange' | 'red' | 'blue';

/** What every panel says. */
interface PanelBase {
  readonly title: string;
  /** What it means, and what to do when it looks bad. */
  readonly description: string;
  /** Columns of 24. */
  readonly width: number;
  readonly queries: readonly Query[];
}

export interface ValuePanel extends PanelBase {
  /** `series`: over time. `stat`: the newest value. `bars`: one instant, the largest first. */
  readonly kind: 'series' | 'stat' | 'bars';
  /** Grafana's name of a unit: `reqps`, `s`, `bytes`, `percentunit`, … */
  readonly unit: string;
  readonly decimals?: number;
  readonly min?: number;
  readonly max?: number;
  /** Colour below the first threshold; without any the palette's, or blue. */
  readonly calm?: Color;
  readonly thresholds?: readonly Threshold[];
  /** Areas on top of each other, bounds left out. */
  readonly isStacked?: boolean;
  /** Steps in place of slopes: for what is counted in wholes. */
  readonly isStepped?: boolean;
  /** Least distance of its points, where a question reads thousands of series: Grafana's form, `30s`. */
  readonly step?: string;
  /** What stands there when no series answers. */
  readonly whenEmpty?: string;
}

export interface TablePanel extends PanelBase {
  readonly kind: 'table';
  /** Labels that are columns, in this order, with their headings. */
  readonly columns: Readonly<Record<string, string>>;
  /** Units of the columns of values, by legend; a query without one shows no column of values. */
  readonly units: Readonly<Record<string, string>>;
  readonly whenEmpty: string;
}

export type Panel = ValuePanel | TablePanel;

export interface Section {
  /** Without a title the section has no row of its own: the first of a dashboard. */
  readonly title?: string;
  /** Grid units of some 30 pixels, of every panel of the section. */
  readonly height: number;
  readonly panels: readonly Panel[];
}

export interface Variable {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  /** `label_values(…)`. */
  readonly query: string;
  /** What a value must match; the first group, where there is one, is the value. */
  readonly regex?: string;
  /** What *All* stands for; without it, all values one by one. */
  readonly allValue?: string;
}

export interface Choice {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  /** The first one is chosen at the beginning. */
  readonly values: readonly string[];
}

/** Text that queries share and nobody chooses. */
export interface Constant {
  readonly name: string;
  readonly value: string;
}

export interface DashboardSpec {
  /** Of the file, and of the address in Grafana. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  /** Markdown: what to look at first. */
  readonly guide: string;
  readonly variables: readonly Variable[];
  readonly choices?: readonly Choice[];
  readonly constants?: readonly Constant[];
  readonly sections: readonly Section[];
}
