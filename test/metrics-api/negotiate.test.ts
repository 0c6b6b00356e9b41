import { describe, expect, it } from 'vitest';
import { negotiate, offerOf, wantsIndent } from '../../src/metrics-api/negotiate.ts';

const PLAIN = 'application/json';
const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';
const YAML = 'application/yaml';
const OFFERS = [PLAIN, AGGREGATED, YAML].map((type) => offerOf(type, type));

describe('negotiate', () => {
  it.each([
    ['no header', undefined, PLAIN],
    ['an empty header', ' ', PLAIN],
    ['the HPA', 'application/vnd.kubernetes.protobuf, */*', PLAIN],
    ['kubectl get --raw', 'application/json, */*', PLAIN],
    ['kubectl get', `${TABLE},application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json`, PLAIN],
    ['kube-apiserver', AGGREGATED, AGGREGATED],
    ['kubectl, both forms', `${AGGREGATED},application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,${PLAIN}`, AGGREGATED],
    ['parameters in another order', 'application/json; as=APIGroupDiscoveryList; v=v2; g=apidiscovery.k8s.io', AGGREGATED],
    ['the plain form first', `${PLAIN},${AGGREGATED}`, PLAIN],
    ['the plain form by quality', `${AGGREGATED};q=0.5,${PLAIN};q=0.9`, PLAIN],
    ['any subtype', 'application/*', PLAIN],
    ['a charset', 'Application/JSON; charset=utf-8', PLAIN],
    ['only tables', TABLE, undefined],
    ['an older discovery', 'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList', undefined],
    ['yaml', 'application/yaml', YAML],
    ['yaml before json', 'application/yaml, application/json', YAML],
    ['anything before yaml', 'application/yaml;q=0.1, */*;q=0.2', PLAIN],
    ['protobuf', 'application/vnd.kubernetes.protobuf', undefined],
    ['json refused', 'application/json;q=0', undefined],
    ['no number for a quality', 'application/json;q=high', undefined],
    ['another type of all subtypes', 'text/*', undefined],
    ['nonsense', ';;,', undefined],
  ])('%s', (_name, accept, offer) => {
    expect(negotiate(accept, OFFERS)?.form).toBe(offer);
  });
});

describe('wantsIndent', () => {
  it.each([
    [null, undefined, false],
    [null, 'kube-controller-manager/v1.33', false],
    [null, 'curl/8.5.0', true],
    [null, 'Wget/1.21', true],
    [null, 'Mozilla/5.0 (X11)', true],
    ['', 'curl/8.5.0', true],
    ['true', undefined, true],
    ['1', undefined, true],
    ['false', 'curl/8.5.0', false],
    ['0', 'curl/8.5.0', false],
  ])('pretty=%s, %s: %s', (pretty, userAgent, indent) => {
    expect(wantsIndent(pretty, userAgent)).toBe(indent);
  });
});
