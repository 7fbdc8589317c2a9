/** Members of Okta's answers and bodies that have a secret's name: each is marked, or known to be none. */

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { builtInRegistry } from '../../../src/registry/registry.ts';
import type { Method } from '../../../src/registry/resource.ts';

type Node = Readonly<Record<string, unknown>>;
type Path = readonly string[];

const FOLDER = new URL('../../../providers/src/okta/v00.00.00000/services/', import.meta.url);
const registry = builtInRegistry();

const SECRET_LIKE =
  /secret|passw|pass_?code|private|aes_?key|token$|activation_?(?:url|link)|reset_?\w*url|qr_?code|seed|api_?key|signing_?key|^otp$|^pin|^tac$|answer$|assertion$|cookie|salt|auth_?scheme|authorization_?header|service_?account|user_?code|device_?code|backup_?code|recovery_?code/i;

/** `resource member` → why it is no secret. */
const NONE: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/ _links\.\w+Password$/, 'the address of a call, which needs a credential of its own'],
  [/ settings\.app\.password(?:Field|Selector)$/, 'where in a page a password is typed'],
  [/ settings\.oauthClient\.refresh_token$/, 'how such tokens rotate'],
  [/^apps\.connections (?:profile\.)?authScheme$/, 'TOKEN or OAUTH2'],
  [/^idps\.social_auth_tokens tokenAuthScheme$/, 'how such a token is used'],
  [/ secret_hash$/, 'by which secrets are told apart, shown where the secret is not'],
  [/^apps\.features capabilities\.update\.password(?:\.seed)?$/, 'which password provisioning sets: OKTA or RANDOM'],
  [/ (?:settings\.)?passCodeLength$/, 'a length'],
  [/ \S+\.salt(?:Order)?$/, 'nothing without the hash, which is marked'],
  [/^authorizationservers\.rules actions\.token$/, 'how long tokens live'],
  [/ widgetCustomizations\.(?:password(?:Label|InfoTip)|forgotPassword(?:Label|Url))$/, 'texts of a page'],
  [/ thirdPartySignalProviders\.dtc\.passwordProtectionWarningTrigger$/, 'when Chrome warns'],
  [/^device_integrations\.device_integrations metadata\.serviceAccount(?:Name|Email)$/, 'whose key it is'],
  [/ protocol\.endpoints\.token$/, 'an address'],
  [/^policies\.policies settings\.(?:password|recovery\.\S+\.recoveryToken)$/, 'rules for passwords and tokens'],
  [/^policies\.policy_rules actions\.(?:passwordChange|selfServicePasswordReset)$/, 'what a user may do'],
  [/^webauthn_registration\.enrollments pin(?:Request|Response)Jwe$/, 'encrypted for who makes the keys'],
];

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);
const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((inner, name) => (isNode(inner) ? inner[name] : undefined), value);
const entries = (value: unknown): readonly (readonly [string, unknown])[] =>
  isNode(value) ? Object.entries(value) : [];

function resolve(document: Node, value: unknown): Node {
  if (!isNode(value)) return {};
  const { $ref } = value;
  if (typeof $ref !== 'string') return value;
  const names = $ref.slice('#/'.length).split('/');
  return resolve(
    document,
    at(
      document,
      names.map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~')),
    ),
  );
}

/** What cannot be a secret, whatever its name. */
const isHarmless = (type: unknown): boolean => ['boolean', 'date-time', 'date'].includes(String(type));

/** Of all members inside a schema, those that only `x-oktaql` tells of too. Lists are looked through. */
function* pathsIn(document: Node, value: unknown, above: Path, seen: readonly Node[]): Generator<Path> {
  if (!isNode(value)) return;
  const schema = resolve(document, value);
  if (seen.includes(schema)) return;
  const inside = [...seen, schema];
  for (const [name, inner] of entries(schema['properties'])) {
    const { format, type } = resolve(document, inner);
    if (!isHarmless(format ?? type)) yield [...above, name];
    yield* pathsIn(document, inner, [...above, name], inside);
  }
  yield* memberPaths(at(schema, ['x-oktaql', 'members']), above);
  for (const part of [
    schema['items'],
    schema['additionalProperties'],
    schema['allOf'],
    schema['oneOf'],
    schema['anyOf'],
  ])
    for (const one of Array.isArray(part) ? part : [part]) yield* pathsIn(document, one, above, inside);
}

function* memberPaths(members: unknown, above: Path): Generator<Path> {
  if (Array.isArray(members)) yield* memberPaths(members[0], above);
  for (const [name, inner] of entries(members)) {
    if (!isHarmless(inner)) yield [...above, name];
    yield* memberPaths(inner, [...above, name]);
  }
}

function marksOf({ response, body }: Method): { readonly answer: readonly Path[]; readonly body: readonly Path[] } {
  const ofAnswer = response.fields.flatMap(({ name, secrets = [] }) => secrets.map((inner) => [name, ...inner]));
  // The list that an object is read for: its items are the rows.
  const lists = response.rowsAt.filter((path) => /^\$\.[^*.]+$/.test(path)).map((path) => path.slice('$.'.length));
  return {
    answer: [...ofAnswer, ...lists.flatMap((list) => ofAnswer.map((mark) => [list, ...mark]))],
    body: body?.secrets ?? [],
  };
}

/** Inside of what is marked, or around it: then the rest of the object has been looked at. */
const isMarked = (path: Path, marks: readonly Path[]): boolean =>
  marks.some((mark) => path.every((name, index) => index >= mark.length || mark[index] === name));

function schemasOf(document: Node, method: unknown): { readonly answer: unknown; readonly body: unknown } {
  const operation = resolve(document, at(method, ['operation']));
  const answer = resolve(document, at(operation, ['responses', String(at(method, ['response', 'openAPIDocKey']))]));
  const schema = (content: Node): unknown => at(entries(content['content'])[0]?.[1], ['schema']);
  return { answer: schema(answer), body: schema(resolve(document, operation['requestBody'])) };
}

interface Found {
  readonly all: number;
  /** `resource member`, of those that are named like secrets. */
  readonly marked: ReadonlySet<string>;
  readonly clear: ReadonlySet<string>;
}

function secretLike(): Found {
  const [marked, clear] = [new Set<string>(), new Set<string>()];
  let all = 0;
  for (const file of readdirSync(FOLDER)) {
    const document = parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Node;
    const service = file.replace('.yaml', '');
    for (const [resource, own] of entries(at(document, ['components', 'x-stackQL-resources'])))
      for (const [name, method] of entries(at(own, ['methods']))) {
        const marks = marksOf(registry.method(['okta', service, resource, name]).method);
        const schemas = schemasOf(document, method);
        for (const where of ['answer', 'body'] as const)
          for (const path of pathsIn(document, schemas[where], [], [])) {
            all += 1;
            if (!SECRET_LIKE.test(path.at(-1) ?? '')) continue;
            (isMarked(path, marks[where]) ? marked : clear).add(`${service}.${resource} ${path.join('.')}`);
          }
      }
  }
  return { all, marked, clear };
}

const found = secretLike();

test('what is named like a secret is marked, or known to be none', () => {
  expect(found.all).toBeGreaterThan(20_000);
  expect(found.marked.size).toBeGreaterThan(60);
  expect([...found.clear].filter((name) => !NONE.some(([pattern]) => pattern.test(name)))).toEqual([]);
});

test('nothing is known to be no secret that is not there', () => {
  const stale = NONE.filter(([pattern]) => ![...found.clear].some((name) => pattern.test(name)));
  expect(stale.map(([pattern]) => pattern.source)).toEqual([]);
});
