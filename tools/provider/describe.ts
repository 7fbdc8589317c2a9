/**
 * The words of the documents: from `descriptions.yaml`, and where it has none, from names.
 *
 * @module
 */

import type { Field, Operation } from './facts.ts';
import type { Descriptions, Placement } from './inputs.ts';

/** Column or body field. */
export function describeField(texts: Descriptions, schema: string, name: string, field: Field): string {
  const text = own(texts.schemas[schema], name) ?? own(texts.fields, name);
  if (text !== undefined) return text;
  return field.type === 'boolean' ? `Whether: ${humanise(name)}.` : `${sentence(humanise(name))}.`;
}

/** The most special text wins: that of the method, the resource, the service, and last the one for everywhere. */
export function describeParameter(texts: Descriptions, placement: Placement, name: string): string {
  const { service, resource, method } = placement;
  const keys = [
    `${service}.${resource}.${method}.${name}`,
    `${service}.${resource}.${name}`,
    `${service}.${name}`,
    name,
  ];
  const key = keys.find((candidate) => own(texts.parameters, candidate) !== undefined);
  return key === undefined ? `${sentence(humanise(name))}.` : (texts.parameters[key] ?? '');
}

export interface MethodText {
  readonly summary: string;
  readonly description: string;
  /** Of the successful answer. */
  readonly answer: string;
}

export function describeMethod(texts: Descriptions, placement: Placement, operation: Operation): MethodText {
  const { service, resource, method } = placement;
  const given = texts.methods[`${service}.${resource}.${method}`];
  return {
    summary: given?.summary ?? summaryOf(operation),
    description: given?.description ?? descriptionOf(operation),
    answer: given?.answer ?? answerOf(operation),
  };
}

/** `device_os_accounts` → `Device Os Accounts`, StackQL's form. */
export function titleOf(name: string): string {
  return name
    .split('_')
    .filter((part) => part !== '')
    .map(capitalise)
    .join(' ');
}

function summaryOf({ id }: Operation): string {
  const [verb = '', ...rest] = wordsOf(id);
  const known = VERBS[verb];
  return [capitalise(known?.summary ?? verb), ...rest.filter((word) => word !== 'all')].join(' ');
}

function descriptionOf(operation: Operation): string {
  const [verb = '', ...rest] = wordsOf(operation.id);
  const what = rest.filter((word) => word !== 'all').join(' ');
  const doing = capitalise(VERBS[verb]?.description ?? thirdPerson(verb));
  const key = /\{(\w+)\}$/.exec(operation.path)?.[1];
  if (operation.http === 'get' && key !== undefined) return `${doing} the ${what.replace(/ by id$/, '')} by ${key}.`;
  return `${doing} ${article(verb, what)}${what}.`;
}

/** What is made is new; everything else is there already. */
function article(verb: string, what: string): string {
  if (!['create', 'add', 'generate'].includes(verb)) return 'the ';
  const [head = ''] = what.split(/ (?:for|from|of|to|in) /);
  if (/[^s]s$/.test(head)) return '';
  return /^[aeio]/i.test(what) ? 'an ' : 'a ';
}

function answerOf(operation: Operation): string {
  const answers = Object.values(operation.answers);
  if (answers.every((answer) => answer === null)) return 'Done; nothing is returned';
  return isList(operation) ? 'One page of the list' : 'The answer';
}

function isList(operation: Operation): boolean {
  return Object.values(operation.answers).some((answer) => answer?.kind === 'list' || answer?.kind === 'scalars');
}

/** Verbs of operation names that are better said otherwise, or whose third person is irregular. */
const VERBS: Readonly<Record<string, { readonly summary: string; readonly description: string }>> = {
  get: { summary: 'read', description: 'reads' },
  retrieve: { summary: 'read', description: 'reads' },
  deletejwk: { summary: 'delete JWK', description: 'deletes JWK' },
  replaces: { summary: 'replace', description: 'replaces' },
  set: { summary: 'set', description: 'sets' },
  verify: { summary: 'verify', description: 'verifies' },
};

function thirdPerson(verb: string): string {
  if (/(s|sh|ch|x|z)$/.test(verb)) return `${verb}es`;
  return /[^aeiou]y$/.test(verb) ? `${verb.slice(0, -1)}ies` : `${verb}s`;
}

/** `lastMembershipUpdated`, `client_id`, `x5t#S256` → words in lower case; abbreviations keep their capitals. */
function humanise(name: string): string {
  return wordsOf(name).join(' ');
}

function wordsOf(name: string): readonly string[] {
  return name
    .replace(/OAuth2?/g, (match) => ` ${match.toLowerCase()} `)
    .replace(/WebAuthn/g, ' webauthn ')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(/[\s_\-.#$/]+/)
    .filter((word) => word !== '')
    .map((word) => ABBREVIATIONS[word.toLowerCase()] ?? word.toLowerCase());
}

const ABBREVIATIONS: Readonly<Record<string, string>> = {
  aaguid: 'AAGUID',
  aaguids: 'AAGUIDs',
  api: 'API',
  captcha: 'CAPTCHA',
  csr: 'CSR',
  csrs: 'CSRs',
  dr: 'DR',
  jwk: 'JWK',
  jwks: 'JWKS',
  oauth: 'OAuth',
  oauth2: 'OAuth 2.0',
  os: 'OS',
  otp: 'OTP',
  osaccount: 'OS account',
  osaccounts: 'OS accounts',
  pin: 'PIN',
  samlmetadata: 'SAML metadata',
  sms: 'SMS',
  ssf: 'SSF',
  tac: 'temporary access code',
  ui: 'UI',
  uischema: 'UI schema',
  uischemas: 'UI schemas',
  uifooter: 'UI footer',
  uri: 'URI',
  uris: 'URIs',
  url: 'URL',
  webauthn: 'WebAuthn',
};

function sentence(text: string): string {
  return capitalise(text);
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A dictionary read from YAML is asked for names such as `constructor` too. */
function own(dictionary: Readonly<Record<string, string>> | undefined, key: string): string | undefined {
  return dictionary !== undefined && Object.hasOwn(dictionary, key) ? dictionary[key] : undefined;
}
