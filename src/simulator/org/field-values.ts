import { generatedKid, oktaId, type Random } from './ids.ts';
import { oktaTime } from './org.ts';

/** An object of the API. */
export type Item = Readonly<Record<string, unknown>>;

/** What the values of a made-up object depend on. */
export interface Making {
  readonly random: Random;
  /** The object's place among its siblings, from 0. */
  readonly index: number;
  /** What the object is called, such as `Network zone`. */
  readonly noun: string;
  readonly now: Date;
  /** The id of something that exists, for fields that refer to it: `user`, `group`, `app`, `client`. */
  readonly refer: (to: 'app' | 'client' | 'group' | 'user') => string;
}

type Maker = (making: Making) => unknown;

const DAY_MS = 86_400_000;

/** A value for a field, by its name and otherwise by its type; undefined leaves the field out. */
export function fieldValue(name: string, type: string, making: Making): unknown {
  const maker = type === 'JSON' ? (OBJECT_MAKERS.get(name) ?? MAKERS.get(name)) : MAKERS.get(name);
  if (maker !== undefined) return maker(making);
  switch (type) {
    case 'TIMESTAMPTZ':
      return daysFrom(making, name.startsWith('expir') ? 90 : -30 - making.index);
    case 'BOOLEAN':
      return false;
    case 'BIGINT':
      return making.index + 1;
    case 'DOUBLE':
      return making.index + 0.5;
    case 'JSON':
      return {};
    default:
      return textValue(name, making);
  }
}

/** A time so many days from now, as Okta prints it. */
export function daysFrom({ now }: Pick<Making, 'now'>, days: number): string {
  return oktaTime(new Date(now.getTime() + days * DAY_MS));
}

function textValue(name: string, making: Making): string {
  if (/url$|uri$|endpoint$|^website$|^issuer$|^iss$/i.test(name)) return `https://example.com/${slug(making.noun)}`;
  if (/email/i.test(name)) return `${slug(making.noun)}-${making.index + 1}@example.com`;
  if (/userId$/i.test(name)) return making.refer('user');
  if (/groupId$/i.test(name)) return making.refer('group');
  if (/appId$|appInstanceId$/i.test(name)) return making.refer('app');
  if (/Id$|^id$/.test(name)) return oktaId(making.random, '0ox');
  if (/orn$/i.test(name)) return `orn:okta:idp:00o1:${slug(making.noun)}:${making.index + 1}`;
  if (/^(created|lastUpdated|.*Date)$/.test(name)) return daysFrom(making, -30 - making.index);
  return `${making.noun} ${name} ${making.index + 1}`;
}

function slug(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
}

function title({ noun, index }: Making): string {
  return `${noun} ${index + 1}`;
}

function secret({ random }: Making): string {
  return random.text(30, 'base64url');
}

function certificate({ random }: Making): readonly string[] {
  return [random.text(180, 'base64')];
}

const always =
  (value: unknown): Maker =>
  () =>
    value;

/** For names that are a text in one place, and an object in another. */
const OBJECT_MAKERS: ReadonlyMap<string, Maker> = new Map<string, Maker>([
  ['provider', always({ type: 'OKTA', name: 'OKTA' })],
  ['createdBy', ({ refer }) => ({ id: refer('user'), type: 'User' })],
  ['type', always({ id: 'oty1' })],
]);

const MAKERS: ReadonlyMap<string, Maker> = new Map<string, Maker>([
  // Put on when the object is shown, or asked for.
  ...['_links', '_link', '_embedded'].map((name): [string, Maker] => [name, always(undefined)]),
  ['status', always('ACTIVE')],
  ...['name', 'label', 'displayName', 'title', 'client_name', 'companyName'].map((name): [string, Maker] => [
    name,
    title,
  ]),
  ['description', ({ noun, index }) => `${noun} number ${index + 1} of the org`],
  ['created', (making) => daysFrom(making, -60 - making.index)],
  ['lastUpdated', (making) => daysFrom(making, -10 - making.index)],
  ['createdBy', ({ refer }) => refer('user')],
  ['lastUpdatedBy', ({ refer }) => refer('user')],
  ['principalId', ({ refer }) => refer('client')],
  ['clientId', ({ refer }) => refer('client')],
  ['client_id', ({ refer }) => refer('client')],
  ['kty', always('RSA')],
  ['use', always('sig')],
  ['alg', always('RS256')],
  ['e', always('AQAB')],
  ['n', ({ random }) => Buffer.concat([Buffer.of(0x81), random.bytes(255)]).toString('base64url')],
  ['kid', ({ random }) => generatedKid(random)],
  ...['x', 'y', 'crv'].map((name): [string, Maker] => [name, always(undefined)]),
  ['x5c', certificate],
  ['x5t#S256', ({ random }) => generatedKid(random)],
  ['expiresAt', (making) => daysFrom(making, 700 + making.index)],
  ['client_secret', secret],
  ['secret_hash', ({ random }) => random.text(16, 'base64url')],
  ['password', always(undefined)],
  ['clientSecret', always(undefined)],
  ['privateKey', always(undefined)],
  ['csr', ({ random }) => random.text(300, 'base64')],
  ['aaguid', ({ random }) => uuid(random)],
  ['uuid', ({ random }) => uuid(random)],
  ['domain', ({ noun, index }) => `${slug(noun)}-${index + 1}.example.com`],
  ['host', always('smtp.example.com')],
  ['port', always(587)],
  ['locale', always('en')],
  ['language', always('en')],
  ['platform', always('MACOS')],
  ['priority', ({ index }) => index + 1],
  ['version', always('1.0.0')],
  ['issuerMode', always('ORG_URL')],
  ['origin', ({ index }) => `https://origin-${index + 1}.example.com`],
  ['$schema', always('http://json-schema.org/draft-04/schema#')],
  ['subdomain', ({ index }) => `child-org-${index + 1}`],
  ['severity', always('INFO')],
  ['enabled', always(true)],
  ['consent', always('IMPLICIT')],
  ['scope', always('USER')],
  ['usage', always('POLICY')],
  ['mappingType', always('PROFILE_SOURCE')],
  ['validationStatus', always('COMPLETED')],
  ['verificationStatus', always('VERIFIED')],
  ['scopes', always(['okta.users.read', 'okta.groups.read'])],
  ['grantedScopes', always(['okta.apps.read', 'okta.users.read'])],
  ['audiences', always(['api://default'])],
  ['channels', always(['email'])],
  ['amr', always(['pwd'])],
  ['objectClass', always(['okta:user_group'])],
  ['network', always({ connection: 'ANYWHERE' })],
  ['conditions', always({ people: { users: { exclude: [] }, groups: { include: [] } } })],
  ['provider', always('OKTA')],
  ['features', always([])],
  ['agents', always([])],
  ['events', always({ type: 'EVENT_TYPE', items: ['user.lifecycle.create', 'user.lifecycle.activate'] })],
  ['channel', always({ type: 'HTTP', version: '1.0.0', config: { uri: 'https://example.com/hook', method: 'POST' } })],
  ['gateways', always([{ type: 'CIDR', value: '192.0.2.0/24' }])],
  // Recorded as null where nothing is set.
  ...['proxies', 'proxyType', 'transitioningToStatus', 'resourceAlternateId', 'externalId'].map(
    (name): [string, Maker] => [name, always(null)],
  ),
  ['ipServiceCategories', always([])],
  ['agentType', always('AD')],
  ['factorType', always('push')],
  ['vendorName', always('OKTA')],
  ['principalType', always('OAUTH_CLIENT')],
  ['algorithm', always('HMacSHA256')],
  ['assignmentType', always('USER')],
  ['reason', always(null)],
  ...['primaryColorHex', 'secondaryColorHex'].map((name): [string, Maker] => [name, always('#1662dd')]),
  ...['primaryColorContrastHex', 'secondaryColorContrastHex'].map((name): [string, Maker] => [name, always('#ffffff')]),
  ['dnsRecords', always([{ recordType: 'TXT', fqdn: '_oktaverification.example.com', values: ['verified'] }])],
  ['dnsValidationRecords', always([{ recordType: 'CNAME', fqdn: 'mail.example.com', verificationValue: 'okta.com' }])],
  ['translations', always({ fr: `\${org.name} : votre code est \${code}` })],
  ['resourceDisplayName', (making) => ({ value: title(making), sensitive: false })],
  ['jwks', always({ keys: [] })],
  ...['ownerGroupIds', 'ownerUserIds', 'enabledPages', 'excludeZones', 'asns', 'locations', 'origins', 'domains'].map(
    (name): [string, Maker] => [name, always([])],
  ),
]);

function uuid(random: Random): string {
  const hex = random.text(16, 'hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20)].join('-');
}
