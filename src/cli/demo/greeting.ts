// What the demo prints first: where it is, and commands to paste.
import type { Server } from '../../app/server.ts';
import type { ServedFleet } from '../../fleet/serve.ts';

export function demoGreeting(
  { metricsApiUrl, telemetryUrl }: Pick<Server, 'metricsApiUrl' | 'telemetryUrl'>,
  { urls }: Pick<ServedFleet, 'urls'>,
): string {
  const pods = `${metricsApiUrl}/apis/custom.metrics.k8s.io/v1beta2/namespaces/demo/pods/*/triton_inflight_requests`;
  const external = `${metricsApiUrl}/apis/external.metrics.k8s.io/v1beta1/namespaces/demo/triton_inflight_requests?labelSelector=deployment%3Dtriton`;
  const [first = ''] = urls.values();
  return `Plimsoll demo: ${urls.size} simulated servers on loopback, such as ${first}

  metrics API  ${metricsApiUrl}   (self-signed certificate, hence -k below)
  telemetry    ${telemetryUrl}

What a HorizontalPodAutoscaler asks for its pods:
  curl -sk '${pods}'

The demand of the whole deployment, as an external metric:
  curl -sk '${external}'

Everything, for Prometheus:
  curl -s ${telemetryUrl}/metrics | grep ^plimsoll_triton

For Grafana, a data source of type Prometheus: ${telemetryUrl}, and dashboards/*.json to import.

The first values are there after two scrapes; until then the answer says why not. Ctrl-C ends it.
`;
}
