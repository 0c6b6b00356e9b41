// The forms that an answer can have, and how an object is written in each.
import { type Json, writeYaml } from '../lib/yaml.ts';
import { type Offer, offerOf } from './negotiate.ts';

export type Form = 'json' | 'yaml' | 'table v1' | 'table v1beta1' | 'aggregated discovery';

const JSON_TYPE = 'application/json';
const YAML_TYPE = 'application/yaml';
const AGGREGATED_TYPE = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

const JSON_OFFER = offerOf<Form>('json', JSON_TYPE);
const YAML_OFFER = offerOf<Form>('yaml', YAML_TYPE);

/** The first is for who takes anything: the HPA takes protobuf or anything. */
export const DOCUMENT_OFFERS: readonly Offer<Form>[] = [JSON_OFFER, YAML_OFFER];

/** kube-apiserver takes aggregated discovery by this form only, and answers of another form for a sign that there is none. */
export const GROUPS_OFFERS: readonly Offer<Form>[] = [JSON_OFFER, offerOf<Form>('aggregated discovery', AGGREGATED_TYPE), YAML_OFFER];

/** Tables are what kubectl prints. */
export const LIST_OFFERS: readonly Offer<Form>[] = [
  JSON_OFFER,
  offerOf<Form>('table v1', 'application/json;as=Table;v=v1;g=meta.k8s.io'),
  offerOf<Form>('table v1beta1', 'application/json;as=Table;v=v1beta1;g=meta.k8s.io'),
  YAML_OFFER,
];

/** What the answer says of itself. A table says in its kind what it is. */
export function contentTypeOf(form: Form): string {
  if (form === 'yaml') return YAML_TYPE;
  return form === 'aggregated discovery' ? AGGREGATED_TYPE : JSON_TYPE;
}

export interface Writing {
  readonly form: Form;
  /** Whether JSON is written for people. */
  readonly indented: boolean;
}

/** An object that JSON can say, as text that ends with a newline. */
export function writeObject(object: object, { form, indented }: Writing): string {
  if (form === 'yaml') return writeYaml(object as Json);
  return `${JSON.stringify(object, undefined, indented ? 2 : undefined)}\n`;
}
