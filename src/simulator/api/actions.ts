import { noContent, success } from '../answer.ts';
import { invalid, notFound } from '../errors.ts';
import type { Item } from '../org/field-values.ts';
import { oktaId } from '../org/ids.ts';
import { oktaTime } from '../org/org.ts';
import { type ApiOrg, itemsAt, listAt, parentOf, pathOf, valueAt } from './api-org.ts';
import type { ApiMatch } from './api-tree.ts';
import { assignPolicy, createApp, deleteApp, replaceApp, setAppStatus } from './app-writes.ts';
import { type ApiCall, create, merged, type Outcome, subjectOf, touched } from './crud.ts';
import { answerList } from './lists.ts';
import { answerLog } from './log-list.ts';
import { createIntegration, createIntegrationSecret, createSecret, deactivateSecret, deleteSecret } from './secrets.ts';
import { selfLinks, shown } from './shown.ts';
import { mailing, refuseReactivation, refuseUnlock, replaceUser } from './user-rules.ts';

type Action = (call: ApiCall) => Outcome | undefined;

const APPS = '/api/v1/apps';
const USERS = '/api/v1/users';
const STREAM = '/api/v1/ssf/stream';
const TARGETS = '/targets/catalog/apps/{}/{}';

/** Rules that the documents do not tell, by HTTP method and template; undefined leaves a call to the common rules. */
export const ACTIONS: ReadonlyMap<string, Action> = new Map<string, Action>([
  [`POST ${APPS}`, createApp],
  [`PUT ${APPS}/{}`, replaceApp],
  [`DELETE ${APPS}/{}`, deleteApp],
  [`PUT ${APPS}/{}/policies/{}`, assignPolicy],
  [`POST ${APPS}/{}/lifecycle/activate`, setAppStatus('ACTIVE')],
  [`POST ${APPS}/{}/lifecycle/deactivate`, setAppStatus('INACTIVE')],
  [`POST ${APPS}/{}/users`, assignUser],
  [`POST ${APPS}/{}/credentials/secrets`, createSecret],
  [`DELETE ${APPS}/{}/credentials/secrets/{}`, deleteSecret],
  [`POST ${APPS}/{}/credentials/secrets/{}/lifecycle/deactivate`, deactivateSecret],
  [`POST ${APPS}/{}/credentials/keys/generate`, generateKey],
  [`POST ${APPS}/{}/credentials/keys/{}/clone`, cloneKey],
  ['POST /api/v1/idps/{}/credentials/keys/generate', generateKey],
  [`POST ${APPS}/{}/grants`, grantScope],
  ...['change_password', 'change_recovery_question', 'forgot_password_recovery_question'].map(
    (name): [string, Action] => [`POST ${USERS}/{}/credentials/${name}`, answerCredentials],
  ),
  [`GET ${USERS}`, listUsers],
  [`POST ${USERS}`, createUser],
  [`PUT ${USERS}/{}`, replaceUser],
  [`DELETE ${USERS}/{}`, deleteUser],
  [`POST ${USERS}/{}/lifecycle/unlock`, refuseUnlock],
  [`POST ${USERS}/{}/lifecycle/activate`, mailing(true)],
  [`POST ${USERS}/{}/lifecycle/reactivate`, mailing(false, refuseReactivation)],
  [`POST ${USERS}/{}/lifecycle/reset_password`, mailing(true)],
  [`POST ${USERS}/{}/credentials/forgot_password`, mailing(true)],
  ['POST /integrations/api/v1/api-services', createIntegration],
  ['POST /integrations/api/v1/api-services/{}/credentials/secrets', createIntegrationSecret],
  [`PUT ${USERS}/{}/linkedObjects/{}/{}`, linkUser],
  ['PUT /api/v1/groups/{}/users/{}', addMember],
  ['GET /api/v1/logs', answerLog],
  ['POST /api/v1/features/{}/{}', setFeature],
  ['POST /api/v1/policies/{}/clone', clonePolicy],
  ...['GET /api/v1/sessions/{}', 'DELETE /api/v1/sessions/{}', 'POST /api/v1/sessions/{}/lifecycle/refresh'].map(
    (operation): [string, Action] => [operation, refuseUnknownSession],
  ),
  ['POST /api/v1/org/preferences/hideEndUserFooter', setting('showEndUserFooter', false)],
  ['POST /api/v1/org/preferences/showEndUserFooter', setting('showEndUserFooter', true)],
  ['POST /api/v1/org/privacy/oktaCommunication/optIn', setting('optOutEmailUsers', false)],
  ['POST /api/v1/org/privacy/oktaCommunication/optOut', setting('optOutEmailUsers', true)],
  ['PATCH /api/v1/iam/resource-sets/{}/resources', addResources],
  ['DELETE /api/v1/api-tokens/current', () => noContent()],
  ['POST /api/v1/identity-sources/{}/groups/{}/membership', addExternalMembers],
  [`GET ${STREAM}`, listStreams],
  [`PUT ${STREAM}`, changeStream],
  [`PATCH ${STREAM}`, changeStream],
  [`DELETE ${STREAM}`, deleteStream],
  // What is assigned to a role within an application changes no list of applications.
  ...[`/api/v1/groups/{}/roles/{}`, `${USERS}/{}/roles/{}`, '/oauth2/v1/clients/{}/roles/{}'].flatMap(
    (role): [string, Action][] => [
      [`PUT ${role}${TARGETS}`, () => noContent()],
      [`DELETE ${role}${TARGETS}`, () => noContent()],
    ],
  ),
]);

function listOf(org: ApiOrg, path: readonly string[]): Map<string, Item> | undefined {
  let node: ApiMatch['node'] | undefined = org.root;
  for (const segment of path) node = node?.literals.get(segment);
  return node && listAt(org, { node, values: [] });
}

function userNamed(org: ApiOrg, id: unknown): Item | undefined {
  return listOf(org, ['api', 'v1', 'users'])?.get(String(id));
}

function assignUser(call: ApiCall): Outcome {
  const user = userNamed(call.org, call.body['id']);
  if (user === undefined) return notFound(String(call.body['id']), 'User');
  const credentials = { userName: valueAt(user, 'profile.login') };
  const base = { id: user['id'], scope: 'USER', status: 'ACTIVE', syncState: 'DISABLED', externalId: null };
  return { object: create({ ...call, body: { ...base, credentials, profile: {}, ...call.body } }) };
}

function grantScope(call: ApiCall): Outcome {
  const [clientId] = call.match.values;
  const createdBy = { id: [...(listOf(call.org, ['api', 'v1', 'users'])?.keys() ?? [])][0], type: 'User' };
  const body = { issuer: call.url.origin, clientId, source: 'ADMIN', createdBy, ...call.body };
  // What was granted comes along with the grant, and only then.
  return { object: { ...create({ ...call, body }), _embedded: { scope: { id: call.body['scopeId'] } } } };
}

/** What a user signs in with, without the secrets in it. */
function answerCredentials({ org, match, body }: ApiCall): Outcome {
  const user = userNamed(org, match.values[0]);
  const question = valueAt(body, 'recovery_question.question');
  const credentials = (user?.['credentials'] ?? {}) as Item;
  return {
    object: {
      password: {},
      ...(question !== undefined && { recovery_question: { question } }),
      provider: credentials['provider'],
    },
  };
}

function addMember(call: ApiCall): Outcome | undefined {
  const id = call.match.values[1];
  return userNamed(call.org, id) === undefined ? notFound(id ?? '', 'User') : undefined;
}

function generateKey(call: ApiCall): Outcome {
  const years = Number(call.url.searchParams.get('validityYears'));
  if (!Number.isInteger(years) || years < 2 || years > 10) {
    return invalid('validityYears', 'validityYears must be between 2 and 10');
  }
  const list = parentOf(call.match) ?? call.match;
  const expires = new Date(call.org.backend.now());
  expires.setUTCFullYear(expires.getUTCFullYear() + years);
  return { object: create({ ...call, match: list, body: { expiresAt: oktaTime(expires) } }) };
}

function cloneKey(call: ApiCall): Outcome | undefined {
  const target = call.url.searchParams.get('targetAid') ?? '';
  const source = subjectOf(call);
  const list = source?.list;
  if (source === undefined || list === undefined) return undefined;
  if (!call.org.backend.apps.has(target)) return notFound(target, 'AppInstance');
  const keys = listAt(call.org, { node: list.node, values: [target] });
  const kid = String(source.item['kid']);
  if (keys.has(kid)) return invalid('kid', 'Key already exists in the list of key credentials for the target app.');
  keys.set(kid, source.item);
  return { object: source.item };
}

/** The plain list leaves out who was deactivated; a search or a filter finds them. */
function listUsers(call: ApiCall): Outcome {
  const { searchParams } = call.url;
  const users = itemsAt(call.org, call.match);
  const isAsked = searchParams.has('search') || searchParams.has('filter');
  return answerList(call, isAsked ? users : users.filter(({ status }) => status !== 'DEPROVISIONED'));
}

function createUser(call: ApiCall): Outcome {
  const { org, body, url } = call;
  const login = valueAt(body, 'profile.login');
  if (typeof login !== 'string') return invalid('login', 'login: The field cannot be left blank');
  const users = [...listAt(org, call.match).values()];
  const isTaken = users.some((user) => valueAt(user, 'profile.login') === login);
  if (isTaken) return invalid('login', 'login: An object with this field already exists in the current organization');
  const now = oktaTime(org.backend.now());
  const hasPassword = valueAt(body, 'credentials.password') !== undefined;
  const isActivated = url.searchParams.get('activate') !== 'false';
  const status = !isActivated ? 'STAGED' : hasPassword ? 'ACTIVE' : 'PROVISIONED';
  const user = {
    id: oktaId(org.backend.random, '00u'),
    status,
    created: now,
    activated: isActivated ? now : null,
    statusChanged: isActivated ? now : null,
    lastLogin: null,
    lastUpdated: now,
    passwordChanged: hasPassword ? now : null,
    type: users[0]?.['type'],
    profile: { mobilePhone: null, secondEmail: null, ...(body['profile'] as Item) },
    credentials: {
      ...(hasPassword && { password: {} }),
      emails: [{ value: login, status: 'VERIFIED', type: 'PRIMARY' }],
      provider: { type: 'OKTA', name: 'OKTA' },
    },
  };
  listAt(org, call.match).set(user.id, user);
  return { object: user };
}

/** The first DELETE deactivates a user, the second removes what is left. */
function deleteUser({ org, match }: ApiCall): Outcome | undefined {
  const users = listOf(org, ['api', 'v1', 'users']);
  const id = match.values[0] ?? '';
  const user = users?.get(id);
  if (users === undefined || user === undefined || user['status'] === 'DEPROVISIONED') return undefined;
  users.set(id, touched(org, { ...user, status: 'DEPROVISIONED' }));
  return noContent();
}

function linkUser({ org, match, url }: ApiCall): Outcome {
  const [userId = '', name = '', primaryId = ''] = match.values;
  if (userNamed(org, primaryId) === undefined) return notFound(primaryId, 'User');
  const list = parentOf(match);
  if (list !== undefined) {
    const items = listAt(org, { node: list.node, values: [userId, name] });
    items.clear();
    items.set(primaryId, { id: primaryId, _links: { self: { href: `${url.origin}${USERS}/${primaryId}` } } });
  }
  return noContent();
}

function setFeature(call: ApiCall): Outcome | undefined {
  const lifecycle = call.match.values[1]?.toUpperCase();
  const subject = subjectOf(call);
  if (subject?.id === undefined) return undefined;
  if (lifecycle !== 'ENABLE' && lifecycle !== 'DISABLE') return notFound(call.match.values[1] ?? '', 'Lifecycle');
  const changed = { ...subject.item, status: `${lifecycle}D` };
  listAt(call.org, subject.list).set(subject.id, changed);
  return { object: changed };
}

function clonePolicy(call: ApiCall): Outcome | undefined {
  const subject = subjectOf(call);
  if (subject === undefined) return undefined;
  const { org } = call;
  const id = oktaId(org.backend.random, '00p');
  const copy = touched(org, { ...subject.item, id, name: `[cloned] ${subject.item['name']}`, system: false });
  listAt(org, subject.list).set(id, copy);
  return { object: copy };
}

function addExternalMembers({ org, match, body }: ApiCall): Outcome {
  const members = listAt(org, match);
  const ids = Array.isArray(body['memberExternalIds']) ? body['memberExternalIds'] : [];
  for (const id of ids) members.set(String(id), { memberExternalId: String(id) });
  return noContent();
}

/** Sessions cannot be listed, so every id of their form is one. */
function refuseUnknownSession({ match }: ApiCall): Outcome | undefined {
  const id = match.values[0] ?? '';
  return id.startsWith('102') ? undefined : notFound(id, 'AppSession');
}

/** An action that sets a field of the object above it. */
function setting(field: string, value: boolean): Action {
  return (call) => {
    const subject = subjectOf(call);
    if (subject === undefined) return undefined;
    const changed = { ...subject.item, [field]: value };
    call.org.singles.set(pathOf(subject.list), changed);
    return { object: changed };
  };
}

/** Answers the set, not the resources. */
function addResources(call: ApiCall): Outcome | undefined {
  const { org, match, body } = call;
  const additions = Array.isArray(body['additions']) ? body['additions'] : [];
  for (const orn of additions) create({ ...call, match, body: { orn: String(orn) } });
  const set = parentOf(match);
  const list = set && parentOf(set);
  const item = list && listAt(org, list).get(match.values[0] ?? '');
  if (set === undefined || item === undefined) return undefined;
  const object = shown(org, item, set, call.url, LINKED);
  return success(200, object, selfLinks(set, object));
}

/** The fields of an object that has links. */
const LINKED = [{ name: '_links', type: 'JSON' }];

function listStreams(call: ApiCall): Outcome {
  const id = call.url.searchParams.get('stream_id');
  const streams = itemsAt(call.org, call.match);
  return answerList(call, id === null ? streams : streams.filter(({ stream_id }) => stream_id === id));
}

function changeStream({ org, match, operation, body }: ApiCall): Outcome {
  const streams = listAt(org, match);
  const id = String(body['stream_id'] ?? [...streams.keys()][0]);
  const stream = streams.get(id);
  if (stream === undefined) return notFound(id, 'Stream');
  const changed = operation.method.httpMethod === 'PUT' ? { ...stream, ...body } : merged(stream, body);
  streams.set(id, changed);
  return { object: changed };
}

function deleteStream({ org, match, url }: ApiCall): Outcome {
  const id = url.searchParams.get('stream_id');
  const streams = listAt(org, match);
  if (id === null) streams.clear();
  else if (!streams.delete(id)) return notFound(id, 'Stream');
  return noContent();
}
