// A whole dashboard in Grafana's form: variables at the top, sections from top to bottom, panels from left to right.
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import { TextMode, PanelBuilder as TextPanelBuilder } from '@grafana/grafana-foundation-sdk/text';
import { DATA_SOURCE, panelBuilder } from './panels.ts';
import type { Choice, Constant, DashboardSpec, Section, Variable } from './spec.ts';

/** By it the dashboards find each other. */
const TAG = 'plimsoll';
const COLUMNS = 24;
const GUIDE_HEIGHT = 3;

/** What Grafana's editor calls this kind of question, and the name under which it asks. */
const LABEL_VALUES = 1;

/** Plimsoll itself keeps some minutes; what a Prometheus keeps is a click away. */
const FROM = 'now-15m';

export function dashboardOf(spec: DashboardSpec): dashboard.Dashboard {
  const builder = new dashboard.DashboardBuilder(spec.title)
    .uid(spec.uid)
    .description(spec.description)
    .tags([TAG])
    .editable()
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .time({ from: FROM, to: 'now' })
    .refresh('10s')
    .annotations([])
    .link(
      new dashboard.DashboardLinkBuilder('Plimsoll')
        .type(dashboard.DashboardLinkType.Dashboards)
        .tags([TAG])
        .keepTime(true)
        .includeVars(true),
    )
    .withVariable(new dashboard.DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'));
  for (const variable of spec.variables) builder.withVariable(queryVariable(variable));
  for (const choice of spec.choices ?? []) builder.withVariable(customVariable(choice));
  for (const constant of spec.constants ?? []) builder.withVariable(hiddenVariable(constant));
  const built = builder.build();
  return { ...built, links: (built.links ?? []).map(inPlainSight), panels: panelsOf(spec) };
}

function queryVariable({ name, label, description, query, regex = '', allValue }: Variable): dashboard.QueryVariableBuilder {
  const builder = new dashboard.QueryVariableBuilder(name)
    .label(label)
    .description(description)
    .datasource(DATA_SOURCE)
    .definition(query)
    .query({ qryType: LABEL_VALUES, query, refId: 'PrometheusVariableQueryEditor-VariableQuery' })
    .regex(regex)
    .refresh(dashboard.VariableRefresh.OnTimeRangeChanged)
    .sort(dashboard.VariableSort.NaturalAsc)
    .multi(true)
    .includeAll(true)
    .current({ selected: true, text: ['All'], value: ['$__all'] });
  return allValue === undefined ? builder : builder.allValue(allValue);
}

function customVariable({ name, label, description, values }: Choice): dashboard.CustomVariableBuilder {
  const [first = ''] = values;
  return new dashboard.CustomVariableBuilder(name)
    .label(label)
    .description(description)
    .values(values.join(','))
    .current({ selected: true, text: first, value: first })
    .options(values.map((value) => ({ selected: value === first, text: value, value })));
}

/** The builder of constants knows neither that they can be hidden nor that Grafana's files say their value twice. */
function hiddenVariable({ name, value }: Constant): Builder<dashboard.VariableModel> {
  const variable = new dashboard.ConstantVariableBuilder(name).value(value).build();
  return { build: () => ({ ...variable, hide: dashboard.VariableHide.HideVariable, current: { selected: true, text: value, value } }) };
}

/** The builder puts links into a menu, where nobody looks for them. */
function inPlainSight({ placement: _, ...link }: dashboard.DashboardLink): dashboard.DashboardLink {
  return link;
}

/** Ids count from 1, so that addresses of panels stay as they are while nothing moves. */
function panelsOf({ guide, sections }: DashboardSpec): (dashboard.Panel | dashboard.RowPanel)[] {
  const panels: (dashboard.Panel | dashboard.RowPanel)[] = [
    {
      ...new TextPanelBuilder().mode(TextMode.Markdown).content(guide).transparent(true).build(),
      id: 1,
      gridPos: { x: 0, y: 0, w: COLUMNS, h: GUIDE_HEIGHT },
    },
  ];
  let y = GUIDE_HEIGHT;
  for (const section of sections) y = addSection(panels, section, y);
  return panels;
}

/** Returns where the next section begins. */
function addSection(panels: (dashboard.Panel | dashboard.RowPanel)[], { title, height, panels: specs }: Section, from: number): number {
  let y = from;
  if (title !== undefined) {
    const gridPos = { x: 0, y, w: COLUMNS, h: 1 };
    panels.push({ ...new dashboard.RowBuilder(title).build(), id: panels.length + 1, gridPos });
    y += 1;
  }
  let x = 0;
  for (const spec of specs) {
    if (x + spec.width > COLUMNS) {
      x = 0;
      y += height;
    }
    panels.push({ ...panelBuilder(spec).build(), id: panels.length + 1, gridPos: { x, y, w: spec.width, h: height } });
    x += spec.width;
  }
  return y + height;
}
