// Lists as the tables that kubectl prints (meta.k8s.io Table): made of the list itself, so that one place alone says what a list holds.

/** What both groups' items are made of, as they stand in JSON. */
export interface ListItem {
  readonly describedObject?: { readonly name: string; readonly namespace?: string };
  /** custom.metrics.k8s.io/v1beta2. */
  readonly metric?: { readonly name: string };
  /** The other versions. */
  readonly metricName?: string;
  readonly metricLabels?: Readonly<Record<string, string>>;
  readonly timestamp: string;
  readonly window?: number;
  readonly windowSeconds?: number;
  readonly value: string;
}

export interface TableRequest {
  readonly items: readonly ListItem[];
  readonly version: 'v1' | 'v1beta1';
  /** Of the request, for items that say none. */
  readonly namespace: string | undefined;
  /** Parameter `includeObject`: rows come with their objects' metadata unless it is `None`. */
  readonly includeObject: string | null;
  readonly nowMs: number;
}

interface Column {
  readonly name: string;
  readonly description: string;
  /** Shown with `-o wide` only. */
  readonly isWide?: true;
  readonly cell: (item: ListItem, nowMs: number) => string;
}

const NAME: Column = { name: 'Name', description: 'The object, or the metric where it has none.', cell: nameOf };
const METRIC: Column = { name: 'Metric', description: 'Name of the metric.', isWide: true, cell: metricOf };
const VALUE: Column = { name: 'Value', description: 'A quantity, in the unit of the metric.', cell: ({ value }) => value };
const WINDOW: Column = { name: 'Window', description: 'The range that the value was computed over.', cell: windowOf };
const AGE: Column = { name: 'Age', description: 'Time since the newest sample that contributed.', cell: ageOf };
const TIMESTAMP: Column = { name: 'Timestamp', description: 'When that was.', isWide: true, cell: ({ timestamp }) => timestamp };
const LABELS: Column = { name: 'Labels', description: 'Labels that the selector fixed.', isWide: true, cell: labelsOf };

const CUSTOM_COLUMNS = [NAME, VALUE, WINDOW, AGE, METRIC, TIMESTAMP];
const EXTERNAL_COLUMNS = [NAME, VALUE, WINDOW, AGE, LABELS, TIMESTAMP];

const NOTHING = '<none>';

/** The table of a list of one group; an empty list has the columns too. */
export function tableOf(group: 'custom' | 'external', { items, version, namespace, includeObject, nowMs }: TableRequest): object {
  const columns = group === 'custom' ? CUSTOM_COLUMNS : EXTERNAL_COLUMNS;
  const apiVersion = `meta.k8s.io/${version}`;
  return {
    kind: 'Table',
    apiVersion,
    metadata: {},
    columnDefinitions: columns.map(({ name, description, isWide }) => ({
      name,
      type: 'string',
      format: name === 'Name' ? 'name' : '',
      description,
      priority: isWide ? 1 : 0,
    })),
    rows: items.map((item) => ({
      cells: columns.map(({ cell }) => cell(item, nowMs)),
      ...(includeObject !== 'None' && { object: { kind: 'PartialObjectMetadata', apiVersion, metadata: metadataOf(item, namespace) } }),
    })),
  };
}

/** Without a name kubectl would not know what it prints. */
function metadataOf(item: ListItem, asked: string | undefined): object {
  const namespace = item.describedObject === undefined ? asked : item.describedObject.namespace;
  return { name: nameOf(item), ...(namespace !== undefined && { namespace }), creationTimestamp: null };
}

function nameOf(item: ListItem): string {
  return item.describedObject?.name ?? metricOf(item);
}

function metricOf({ metric, metricName }: ListItem): string {
  return metric?.name ?? metricName ?? '';
}

function windowOf({ window, windowSeconds }: ListItem): string {
  const seconds = window ?? windowSeconds;
  return seconds === undefined ? NOTHING : `${seconds}s`;
}

/** From here on seconds say nothing any more; kubectl draws the line at the same age. */
const SECONDS_SHOWN = 120;

function ageOf({ timestamp }: ListItem, nowMs: number): string {
  const seconds = Math.max(0, Math.floor((nowMs - Date.parse(timestamp)) / 1000));
  return seconds < SECONDS_SHOWN ? `${seconds}s` : `${Math.floor(seconds / 60)}m`;
}

function labelsOf({ metricLabels = {} }: ListItem): string {
  const labels = Object.entries(metricLabels).map(([key, value]) => `${key}=${value}`);
  return labels.length === 0 ? NOTHING : labels.join(',');
}
