// The words of a 403, the same as kube-apiserver's.
import type { RequestAttributes } from './request-attributes.ts';

interface Denied {
  readonly user: string;
  readonly attributes: RequestAttributes;
  /** What the authoriser says about it; may be empty. */
  readonly reason: string;
}

/** As `forbiddenMessage` of k8s.io/apiserver pkg/endpoints/handlers/responsewriters and `NewForbidden` of k8s.io/apimachinery put it. */
export function forbiddenMessage({ user, attributes, reason }: Denied): string {
  const because = reason === '' ? '' : `: ${reason}`;
  return `${subjectOf(attributes)}: User ${JSON.stringify(user)} cannot ${actOf(attributes)}${because}`;
}

function subjectOf(attributes: RequestAttributes): string {
  if (attributes.kind === 'path') return 'forbidden';
  const { resource, group, name } = attributes;
  const qualified = group === '' ? resource : `${resource}.${group}`;
  return name === '' ? `${qualified} is forbidden` : `${qualified} ${JSON.stringify(name)} is forbidden`;
}

function actOf(attributes: RequestAttributes): string {
  if (attributes.kind === 'path') return `${attributes.verb} path ${JSON.stringify(attributes.path)}`;
  const { verb, group, resource, subresource, namespace } = attributes;
  const whole = subresource === '' ? resource : `${resource}/${subresource}`;
  const scope = namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`;
  return `${verb} resource ${JSON.stringify(whole)} in API group ${JSON.stringify(group)} ${scope}`;
}
