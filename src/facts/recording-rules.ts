// Facts as recording rules, as far as raw series and the configuration tell them; what only a server's API or a memory tells is named.
import type { ModelSettings } from '../config/schema.ts';
import { quotedText, type RecordedPart, type RecordingRule, withLabel } from '../model/recording-rule.ts';
import type { FactName } from './names.ts';

export interface FactRulesOptions {
  /** The setting `models`: what the servers' own APIs would tell. */
  readonly models: ModelSettings;
  /** Families that an exporter says of every GPU, and how its labels get the canonical names. */
  readonly gpuFamilies: readonly string[];
  readonly identified: (vector: string) => string;
}

const SERVER = 'job, instance, node, namespace, pod, container';
/** Said of each model that is loaded, by every Triton. */
const MODELS = 'nv_inference_request_success';
/** Tritons that hide their counters (counter_latencies=false) show 0 for what they count. */
const SILENT = 'on (job, instance) (nv_inference_pending_request_count unless on (job, instance) nv_inference_request_duration_us)';

export function factRules(options: FactRulesOptions): readonly RecordedPart[] {
  return [modelInfo(options.models), ...modelNumbers(options.models), owners(options), nodeCores(), UNSAID];
}

function part(
  name: FactName,
  { help, rules, notes = [] }: { help: string; rules: readonly Omit<RecordingRule, 'record'>[]; notes?: readonly string[] },
): RecordedPart {
  return { help, rules: rules.map((rule) => ({ record: name, ...rule })), notes };
}

function modelInfo(models: ModelSettings): RecordedPart {
  const named = Object.entries(models);
  const others = named.map(([name]) => `model!=${quotedText(name)}`).join(',');
  const kinds = [
    { selector: `${MODELS}{${others}}`, labels: { kind: 'leaf' } },
    ...named.map(([name, setting]) => ({ selector: `${MODELS}{model=${quotedText(name)}}`, labels: labelsOf(setting) })),
  ];
  return part('triton_model_info', {
    help: 'Each model that a Triton has loaded, and its kind.',
    rules: kinds.flatMap(({ selector, labels }) => [
      { expr: `group by (${SERVER}, model, version) (${selector}) unless ${SILENT}`, labels },
      { expr: `group by (${SERVER}, model, version) (${selector}) and ${SILENT}`, labels: { ...labels, counters: 'no' } },
    ]),
    notes: [
      'No rule: kind, decoupled, batching and instances, which only the server’s API (:8000/v2) says. A model that is not under models of --config counts as a leaf: name every ensemble there, or it counts its children’s requests again.',
    ],
  });
}

type Setting = NonNullable<ModelSettings[string]>;

function labelsOf(setting: Setting): Readonly<Record<string, string>> {
  const { kind = 'leaf', counts } = setting;
  const instances = instancesOf(setting);
  return {
    kind,
    ...(instances !== undefined && { instances: String(instances), max_batch_size: String(setting.max_batch_size ?? 1) }),
    ...(kind === 'leaf' && counts === 'exclude' && { counts: 'no' }),
  };
}

/** An ensemble runs nothing itself. */
function instancesOf({ kind, instances }: Setting): number | undefined {
  return kind === 'ensemble' ? undefined : instances;
}

function modelNumbers(models: ModelSettings): readonly RecordedPart[] {
  const known = Object.entries(models).filter(([, setting]) => instancesOf(setting) !== undefined);
  // One rule for all: two that record series of the same labels are a mistake to promtool.
  const rules = (of: (setting: Setting) => number): readonly Omit<RecordingRule, 'record'>[] => {
    const exprs = known.map(
      ([name, setting]) => `group by (${SERVER}, model, version) (${MODELS}{model=${quotedText(name)}}) * ${of(setting)}`,
    );
    return exprs.length === 0 ? [] : [{ expr: exprs.join('\nor ') }];
  };
  const notes =
    known.length > 0
      ? []
      : ['No rule: only the server’s API (:8000/v2) says it, or models.<name>.instances of a configuration given by --config.'];
  return [
    part('triton_model_instances', { help: 'Executions that run at once.', rules: rules(({ instances = 0 }) => instances), notes }),
    part('triton_model_max_batch_size', {
      help: 'Most rows of one execution.',
      rules: rules(({ max_batch_size: rows = 1 }) => rows),
      notes,
    }),
  ];
}

const OWNER = 'job, instance, node, uuid, mig_id, namespace, pod, container';

/** Where a scrape gave the exporter's target a pod, the workload's labels are `exported_…`. */
const WORKLOAD = ['namespace', 'pod', 'container'];

/** How exporters with the option -o, and those of before 2.0, name a pod. */
const SUFFIXED = [
  ['namespace', 'pod_namespace'],
  ['pod', 'pod_name'],
  ['container', 'container_name'],
] as const;

function owners({ gpuFamilies, identified }: FactRulesOptions): RecordedPart {
  const said = (matchers: string): string => `{__name__=~"${gpuFamilies.join('|')}",${matchers}}`;
  let exported = said('exported_namespace!="",exported_pod!=""');
  for (const to of WORKLOAD) exported = withLabel(exported, { to, from: `exported_${to}` });
  const pushed = `on (job, instance) ${said('exported_pod!=""')}`;
  const plain = `${said('exported_pod="",namespace!="",pod!="",pod!~".*dcgm-exporter.*"')} unless ${pushed}`;
  let suffixed = said('pod="",exported_pod="",pod_namespace!="",pod_name!=""');
  for (const [to, from] of SUFFIXED) suffixed = withLabel(suffixed, { to, from });
  const ofServer = withLabel('{__name__=~"nv_gpu_memory_used_bytes|nv_inference_count",gpu_uuid!="",namespace!="",pod!=""}', {
    to: 'uuid',
    from: 'gpu_uuid',
  });
  const labelled = 'on (uuid, namespace, pod) gpu_owner{evidence=~"exporte[rd]-labels"}';
  return part('gpu_owner', {
    help: 'Which pod holds which GPU or MIG instance, and how that is known.',
    rules: [
      { expr: `group by (${OWNER}) (${identified(exported)})`, labels: { evidence: 'exported-labels' } },
      { expr: `group by (${OWNER}) (${identified(`${plain} or ${suffixed}`)})`, labels: { evidence: 'exporter-labels' } },
      {
        expr: `group by (${OWNER}) (${ofServer}) unless ${labelled} unless on (uuid) gpu_memory_used_bytes{mig_id!=""}`,
        labels: { evidence: 'triton-uuid' },
      },
    ],
    notes: [
      'No rule: the only pod of a node, slices that a server names, labels that lag behind (which the pod’s Triton contradicts), one GPU named on two nodes, and the label shared: they follow from all targets together.',
      'An exporter’s own pod, which labels of its scrape may bring, is told by its name (dcgm-exporter) here: with another name it passes for the owner of idle GPUs.',
    ],
  });
}

function nodeCores(): RecordedPart {
  return part('node_cpu_cores', {
    help: 'Processors that a node may give to pods.',
    rules: [{ expr: 'max by (node) (kube_node_status_allocatable{resource="cpu"})' }],
    notes: ['Plimsoll reads the Node; here kube-state-metrics does.'],
  });
}

const UNSAID: RecordedPart = {
  help: 'Facts that no rule can say.',
  rules: [],
  notes: [
    'No rule: triton_model_ready, triton_server_ready and triton_instance_busy_seconds_total come from the API of each server (:8000/v2).',
    'No rule: triton_pending_leak_requests, what a Triton of 23.09 to 23.12 never takes out of its gauge again, takes a memory of what each model did.',
    'No rule: gpu_owner_candidate says why an owner cannot be told, which follows from all targets together.',
  ],
};
