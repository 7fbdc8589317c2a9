/**
 * The body of a call that changes an object which its API only replaces: the object as it was read, with some members changed
 * and all others as the API sent them. What it holds, secrets among it, goes from the answer into the request and nowhere else.
 *
 * @module
 */

import { InvalidValueError } from '../errors.ts';
import { jsonText, parseJson } from '../json.ts';
import type { Method, Withheld } from '../registry/resource.ts';
import type { JsonValue } from '../values.ts';
import { typedBody } from './body.ts';
import { type Member, membersOf, objectText } from './json-members.ts';
import { refuseMasks } from './masks.ts';

/** What becomes of a member. */
export interface Change {
  /** The names that lead to it, the first of them an attribute of the body. */
  readonly path: readonly string[];
  readonly value: unknown;
}

/** A member that is not what it was, as JSON; undefined where it is not there. Secrets read `"***"`. */
export interface Difference {
  readonly member: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export interface Replacement {
  readonly body: string;
  readonly differences: readonly Difference[];
}

/**
 * The changes with the types and names of the API.
 *
 * @throws InvalidValueError for values that are none of the type, and for masks
 */
export function checkedChanges({ body }: Method, changes: readonly Change[]): readonly Change[] {
  const fields = body?.fields ?? [];
  return changes.map(({ path: [name = '', ...inner], value }) => {
    const typed = inner.length > 0 ? value : typedBody(fields, { [name]: value })[name];
    refuseMasks(body ?? {}, nestedIn([name, ...inner], typed));
    const { wireName = name } = fields.find((field) => field.name === name) ?? {};
    return { path: [wireName, ...inner], value: typed };
  });
}

function nestedIn(path: readonly string[], value: unknown): unknown {
  return path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
}

/**
 * What is sent in place of an object.
 *
 * @param read the method that the object was read with
 * @param text the answer: a JSON object
 * @param changes as {@link checkedChanges} makes them
 * @throws InvalidValueError where a secret would be lost
 */
export function replacementOf(method: Method, read: Method, text: string, changes: readonly Change[]): Replacement {
  const before = objectText((membersOf(text) ?? []).filter(({ name }) => isSent(method, read, name)));
  const body = changes.reduce(
    (object, { path, value }) => withMember(object, path, jsonText(value as JsonValue)),
    before,
  );
  const secrets = method.body?.secrets ?? [];
  refuseMasks({ secrets }, parseJson(body));
  for (const path of secrets) refuseLoss(path, before, body, changes);
  for (const withheld of method.replaces?.withheld ?? []) refuseWithheld(withheld, body);
  return { body, differences: differencesOf(before, body, [], secrets) };
}

/** What only the API sets is left out; a member that no document knows is sent back. */
function isSent(method: Method, read: Method, name: string): boolean {
  const hasMember = (fields: Method['response']['fields']): boolean =>
    fields.some((field) => (field.wireName ?? field.name) === name);
  return hasMember(method.body?.fields ?? []) || !hasMember(read.response.fields);
}

function withMember(object: string, [name = '', ...inner]: readonly string[], value: string): string {
  const members = membersOf(object);
  if (members === undefined) throw noObject(name);
  const text = inner.length === 0 ? value : withMember(objectAt(members, name), inner, value);
  const isThere = members.some((member) => member.name === name);
  if (!isThere) return objectText([...members, { name, text }]);
  return objectText(members.map((member) => (member.name === name ? { name, text } : member)));
}

/** An object that is not there is made. */
function objectAt(members: readonly Member[], name: string): string {
  const text = members.findLast((member) => member.name === name)?.text;
  return text === undefined || text === 'null' ? '{}' : text;
}

function noObject(name: string): InvalidValueError {
  return new InvalidValueError(`${name} cannot be set inside what is no object. Nothing was changed.`, {
    subject: name,
    hint: 'SET the whole attribute.',
  });
}

/** The text at the end of a path; undefined where nothing is there, or null. */
function textAt(object: string, [name, ...inner]: readonly string[]): string | undefined {
  if (name === undefined) return object === 'null' ? undefined : object;
  const member = membersOf(object)?.findLast((each) => each.name === name);
  return member === undefined ? undefined : textAt(member.text, inner);
}

/** Whoever sets the object around a secret has not seen the secret, and would take it away. */
function refuseLoss(path: readonly string[], before: string, body: string, changes: readonly Change[]): void {
  if (textAt(before, path) === undefined || textAt(body, path) !== undefined) return;
  const name = path.join('.');
  if (changes.some((change) => change.path.join('.') === name)) return;
  throw new InvalidValueError(`${name} is a secret that is there now, and would be lost. Nothing was changed.`, {
    subject: name,
    hint: 'SET only the members beside it (SET a.b.c = …), give the secret too, or SET it to NULL to take it away.',
  });
}

/** What the API takes and never returns, it cannot be given back. */
function refuseWithheld({ path, where }: Withheld, body: string): void {
  const names = path.split('.');
  const isMeant = Object.entries(where).every(([member, values]) => {
    const text = textAt(body, member.split('.'));
    return text !== undefined && values.includes(String(parseJson(text)));
  });
  const isAround = textAt(body, names.slice(0, -1)) !== undefined || Object.keys(where).length > 0;
  if (!isMeant || !isAround || textAt(body, names) !== undefined) return;
  throw new InvalidValueError(
    `${path} is a secret that the API does not return, and a replacement without it may take it away. Nothing was changed.`,
    { subject: path, hint: `Give it: SET ${path} = '…' beside the rest.` },
  );
}

function differencesOf(
  before: string | undefined,
  after: string | undefined,
  path: readonly string[],
  secrets: readonly (readonly string[])[],
): readonly Difference[] {
  if (before === after) return [];
  const [one, other] = [before, after].map((text) => (text === undefined ? undefined : membersOf(text)));
  const isInner = path.length === 0 || (one ?? []).length + (other ?? []).length > 0;
  if (isInner && (one !== undefined || other !== undefined) && !isUnder(path, secrets)) {
    const names = new Set([...(one ?? []), ...(other ?? [])].map(({ name }) => name));
    const text = (members: readonly Member[] | undefined, name: string): string | undefined =>
      members?.findLast((member) => member.name === name)?.text;
    return [...names].flatMap((name) => differencesOf(text(one, name), text(other, name), [...path, name], secrets));
  }
  const shown = (text: string | undefined): string | undefined =>
    text !== undefined && (isUnder(path, secrets) || holdsSecrets(text, path, secrets)) ? '"***"' : text;
  return [{ member: path.join('.'), before: shown(before), after: shown(after) }];
}

function isUnder(path: readonly string[], secrets: readonly (readonly string[])[]): boolean {
  return secrets.some((secret) => secret.every((name, index) => path[index] === name));
}

/** Whether it is a list on the way to secrets. */
function holdsSecrets(text: string, path: readonly string[], secrets: readonly (readonly string[])[]): boolean {
  return text.startsWith('[') && secrets.some((secret) => path.every((name, index) => secret[index] === name));
}
