// Panels in Grafana's form.
import * as bars from '@grafana/grafana-foundation-sdk/bargauge';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import * as common from '@grafana/grafana-foundation-sdk/common';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as table from '@grafana/grafana-foundation-sdk/table';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';
import type { Color, Panel, Query, TablePanel, ValuePanel } from './spec.ts';

/** The data source that is chosen at the top of the dashboard. */
export const DATA_SOURCE = { type: 'prometheus', uid: '${datasource}' } as const;

const SHADES: Readonly<Record<Color, string>> = {
  green: 'semi-dark-green',
  orange: 'semi-dark-orange',
  red: 'semi-dark-red',
  blue: 'semi-dark-blue',
};

/** Of a panel; where it lies is the caller's. */
export function panelBuilder(panel: Panel): Builder<dashboard.Panel> {
  if (panel.kind === 'table') return tablePanel(panel);
  if (panel.kind === 'stat') return statPanel(panel);
  return panel.kind === 'bars' ? barsPanel(panel) : seriesPanel(panel);
}

function seriesPanel(panel: ValuePanel): Builder<dashboard.Panel> {
  const { isStacked = false, isStepped = false, thresholds = [], queries } = panel;
  const builder = new timeseries.PanelBuilder()
    .lineWidth(1)
    .fillOpacity(isStacked ? 25 : 8)
    .gradientMode(common.GraphGradientMode.Opacity)
    .lineInterpolation(isStepped ? common.LineInterpolation.StepAfter : common.LineInterpolation.Linear)
    .showPoints(common.VisibilityMode.Never)
    .axisSoftMin(0)
    .stacking(new common.StackingConfigBuilder().mode(isStacked ? common.StackingMode.Normal : common.StackingMode.None).group('A'))
    .legend(legend(queries))
    .tooltip(new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi).sort(common.SortOrder.Descending))
    .thresholdsStyle(
      new common.GraphThresholdsStyleConfigBuilder().mode(
        thresholds.length > 0 ? common.GraphThresholdsStyleMode.Dashed : common.GraphThresholdsStyleMode.Off,
      ),
    )
    .colorScheme(new dashboard.FieldColorBuilder().mode(dashboard.FieldColorModeId.PaletteClassic));
  for (const [index, query] of queries.entries()) {
    if (query.isBound === true) builder.overrideByQuery(refId(index), BOUND);
  }
  return withValues(builder, panel, 'range');
}

/** Grey and dashed, over everything, added to nothing. */
const BOUND: dashboard.DynamicConfigValue[] = [
  { id: 'custom.lineStyle', value: { fill: 'dash', dash: [8, 6] } },
  { id: 'custom.fillOpacity', value: 0 },
  { id: 'custom.stacking', value: { mode: 'none', group: 'A' } },
  { id: 'color', value: { mode: 'fixed', fixedColor: 'text' } },
];

/** Names alone where one line is drawn, with newest and largest values where lines are compared. */
function legend(queries: readonly Query[]): common.VizLegendOptionsBuilder {
  const isPlain = queries.every(({ legend: name }) => !name.includes('{{'));
  return new common.VizLegendOptionsBuilder()
    .showLegend(true)
    .placement(common.LegendPlacement.Bottom)
    .displayMode(isPlain ? common.LegendDisplayMode.List : common.LegendDisplayMode.Table)
    .calcs(isPlain ? [] : ['lastNotNull', 'max']);
}

function statPanel(panel: ValuePanel): Builder<dashboard.Panel> {
  const builder = new stat.PanelBuilder()
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false).fields(''))
    .colorMode(common.BigValueColorMode.Value)
    .graphMode(common.BigValueGraphMode.Area)
    .justifyMode(common.BigValueJustifyMode.Auto)
    .textMode(common.BigValueTextMode.Value)
    .orientation(common.VizOrientation.Auto);
  return withValues(builder, panel, 'range');
}

function barsPanel(panel: ValuePanel): Builder<dashboard.Panel> {
  const builder = new bars.PanelBuilder()
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false).fields(''))
    .orientation(common.VizOrientation.Horizontal)
    .displayMode(common.BarGaugeDisplayMode.Basic)
    .valueMode(common.BarGaugeValueMode.Color)
    .showUnfilled(true);
  return withValues(builder, panel, 'instant');
}

type ValueBuilder = timeseries.PanelBuilder | stat.PanelBuilder | bars.PanelBuilder;

function withValues(builder: ValueBuilder, panel: ValuePanel, asked: 'range' | 'instant'): Builder<dashboard.Panel> {
  const {
    title,
    description,
    unit,
    decimals,
    min,
    max,
    step,
    whenEmpty,
    queries,
    thresholds = [],
    calm = thresholds.length > 0 ? 'green' : 'blue',
  } = panel;
  const steps = [{ value: null, color: SHADES[calm] }, ...thresholds.map(({ at, color }) => ({ value: at, color: SHADES[color] }))];
  builder
    .title(title)
    .description(description)
    .datasource(DATA_SOURCE)
    .unit(unit)
    .thresholds(new dashboard.ThresholdsConfigBuilder().mode(dashboard.ThresholdsMode.Absolute).steps(steps))
    .targets(queries.map((query, index) => target(query, index, asked)));
  if (decimals !== undefined) builder.decimals(decimals);
  if (min !== undefined) builder.min(min);
  if (max !== undefined) builder.max(max);
  if (step !== undefined) builder.interval(step);
  if (whenEmpty !== undefined) builder.noValue(whenEmpty);
  return builder;
}

function target({ expr, legend: name }: Query, index: number, asked: 'range' | 'instant' | 'table'): DataqueryBuilder {
  const query = new DataqueryBuilder().datasource(DATA_SOURCE).refId(refId(index)).expr(expr).legendFormat(name);
  if (asked === 'range') return query.range();
  return asked === 'table' ? query.instant().format(PromQueryFormat.Table) : query.instant();
}

/** Rows of all queries with equal labels become one; of the labels those remain that are named. */
function tablePanel(panel: TablePanel): Builder<dashboard.Panel> {
  const { title, description, columns, units, whenEmpty, queries } = panel;
  const fieldOf = (index: number): string => (queries.length === 1 ? 'Value' : `Value #${refId(index)}`);
  const shown = queries.flatMap(({ legend: name }, index) => (Object.hasOwn(units, name) ? [{ field: fieldOf(index), name }] : []));
  const hidden = queries.flatMap(({ legend: name }, index) => (Object.hasOwn(units, name) ? [] : [fieldOf(index)]));
  const order = [...Object.keys(columns), ...shown.map(({ field }) => field)];
  const builder = new table.PanelBuilder()
    .title(title)
    .description(description)
    .datasource(DATA_SOURCE)
    .noValue(whenEmpty)
    .cellHeight(common.TableCellHeight.Sm)
    .filterable(true)
    .targets(queries.map((query, index) => target(query, index, 'table')))
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: Object.fromEntries(['Time', ...hidden].map((name) => [name, true])),
        indexByName: Object.fromEntries(order.map((name, index) => [name, index])),
        renameByName: { ...columns, ...Object.fromEntries(shown.map(({ field, name }) => [field, name])) },
      },
    });
  for (const [name, unit] of Object.entries(units)) builder.overrideByName(name, [{ id: 'unit', value: unit }]);
  return builder;
}

function refId(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}
