/**
 * Which org is meant where several places speak of one, and with which login.
 *
 * An org and its login come from one place. Put together from two, the token of one org would go to another: an
 * `OKTA_CLIENT_ORGURL` that was left over, or the `okta.yaml` of a folder that somebody else has made, would be enough.
 * Only a login that stands beside the very same origin elsewhere is taken from there.
 *
 * @module
 */

import { isSameLogin, type OktaLogin, type OrgSettings, type Orgs } from '../../session/login/orgs.ts';
import { type FoundLogin, type LoginContext, loginOf } from './login.ts';
import { comparableOrigin, nameOfOrigin, originOf } from './org-url.ts';
import { type Client, type Given, isSame, listed, type Note, nameOf, type Place, unusable } from './place.ts';

export type Reading = Pick<LoginContext, 'files' | 'homeFolder' | 'note'>;

/** What the places come to. */
export interface Chosen {
  readonly orgs: Orgs;
  /** The org that is meant where none is named. */
  readonly subdomain?: string;
  /** A login beside which no org stands. */
  readonly login?: { readonly login: OktaLogin; readonly source: string };
  /** The logins, and the settings that they come from. */
  readonly used: readonly FoundLogin[];
}

/** @param places the first goes before the others */
export function chooseOrgs(places: readonly Place[], reading: Reading): Chosen {
  const named = namedOrgs(places, reading.note);
  noteStray(places, reading.note);
  const place = places.find(({ clients }) => clients.some(isTelling));
  if (place === undefined) {
    const [only, ...others] = named.keys();
    return {
      ...withLogins(named, places, reading),
      ...(others.length === 0 && only !== undefined && { subdomain: only }),
    };
  }
  const client = mergeFamilies(place.clients, reading.note);
  notePassedOver(client, places.slice(places.indexOf(place) + 1), reading.note);
  if (client.orgUrl !== undefined) return withOrg({ client, orgUrl: client.orgUrl, named }, places, reading);
  const found = loginOf(client, { ...reading, folder: place.folder, nameOf: place.nameOf });
  const { orgs, used } = withLogins(named, places, reading);
  if (found === undefined) return { orgs, used };
  return { orgs, login: { login: found.login, source: sourceOf(found) }, used: [...used, found] };
}

/**
 * With `--auth`, which goes before the logins of all orgs. What the places say of one org is passed over for it. Names are refused
 * that nobody has vouched for: in a folder that somebody else has made, `acme` may be a host of theirs.
 */
export function chooseNamedOrgs(places: readonly Place[], auth: string, reading: Reading): Chosen {
  const passedOver = places.flatMap(({ clients }) => clients.flatMap(telling)).filter(({ key }) => !auth.includes(key));
  if (passedOver.length > 0) reading.note(`${listed(passedOver)}: not used, since --auth goes before.`);
  for (const { isFound, orgs, file } of places) {
    if (isFound !== true || orgs.size === 0) continue;
    const advice = `--config ${file} says that they are meant.`;
    throw unusable(nameOf({ key: 'okta.orgs', file }), 'would say where the login of --auth goes', advice);
  }
  return withLogins(namedOrgs(places, reading.note), places, reading);
}

/** For people: the file, or the variable. */
function sourceOf({ from }: FoundLogin): string {
  return from.file ?? from.key;
}

/** What makes a client out of settings: an org, or a secret. */
function telling({ orgUrl, token, accessToken, privateKey }: Client): readonly Given<unknown>[] {
  return [orgUrl, token, accessToken, privateKey].filter((given) => given !== undefined);
}

function isTelling(client: Client): boolean {
  return telling(client).length > 0;
}

function settingsOf(client: Client): readonly Given<unknown>[] {
  return Object.values(client) as readonly Given<unknown>[];
}

/**
 * One client of the families of a place. The first that names an org is asked first, then those that name none, or that
 * one: what stands beside another org belongs to the other. The first family with a secret supplies all of them, since those
 * of the next may be of an org that nobody has named.
 */
function mergeFamilies(families: readonly Client[], note: Note): Client {
  const home = families.find(({ orgUrl }) => orgUrl !== undefined);
  const origin = comparableOrigin(home?.orgUrl);
  const isForeign = ({ orgUrl }: Client): boolean => orgUrl !== undefined && comparableOrigin(orgUrl) !== origin;
  const [foreign, own] = [families.filter(isForeign), families.filter((family) => !isForeign(family))];
  const ordered = own.sort((a, b) => Number(b === home) - Number(a === home));
  const lender = ordered.find(hasSecret);
  const lent = ordered.map((family) => (family === lender ? family : withoutSecrets(family)));
  const merged: Client = Object.fromEntries(lent.toReversed().flatMap((family) => Object.entries(family)));
  if (home?.orgUrl !== undefined) noteForeign(foreign, home.orgUrl, note);
  noteDoubles(ordered, merged, note);
  return merged;
}

function withoutSecrets({ token: _token, accessToken: _access, privateKey: _key, ...rest }: Client): Client {
  return rest;
}

function secretsOf({ orgUrl: _org, ...client }: Client): readonly Given<unknown>[] {
  return telling(client);
}

function hasSecret(client: Client): boolean {
  return secretsOf(client).length > 0;
}

function noteForeign(foreign: readonly Client[], orgUrl: Given<string>, note: Note): void {
  for (const family of foreign) {
    note(`${listed(settingsOf(family))}: not used, since ${nameOf(orgUrl)} names another org.`);
  }
}

function noteDoubles(families: readonly Client[], merged: Client, note: Note): void {
  for (const family of families) {
    for (const [key, given] of Object.entries(family) as readonly (readonly [keyof Client, Given<unknown>])[]) {
      const taken = merged[key] ?? secretsOf(merged)[0];
      // Two spellings of one origin are the same.
      if (taken === undefined || merged[key] === given || key === 'orgUrl' || isSame(given, taken)) continue;
      note(`${nameOf(given)} is not used: ${nameOf(taken)} goes before it.`);
    }
  }
}

/** A client ID, scopes or a mode that stand alone say nothing, and are not added to what another place says. */
function noteStray(places: readonly Place[], note: Note): void {
  for (const { clients } of places) {
    const settings = clients.flatMap(settingsOf);
    if (settings.length === 0 || clients.some(isTelling)) continue;
    note(`${listed(settings)}: not used, since neither an org nor a secret stands beside.`);
  }
}

/** Whoever has a login at home should know that another is used. */
function notePassedOver(client: Client, below: readonly Place[], note: Note): void {
  const origin = comparableOrigin(client.orgUrl);
  const [first] = telling(client);
  for (const { clients } of below) {
    const settings = clients.flatMap(telling).filter((given) => !telling(client).some((own) => isSame(own, given)));
    const isLender = !hasSecret(client) && clients.some(({ orgUrl }) => comparableOrigin(orgUrl) === origin);
    if (settings.length === 0 || first === undefined || isLender) continue;
    note(
      `${listed(settings)}: not used, since ${nameOf(first)} goes before. An org and its login come from one place.`,
    );
  }
}

/** An org under a name of its own, or the one client's. */
interface KnownOrg {
  readonly url: string;
  /** What it is called in messages. The one client's is called by its settings, and may lack a login. */
  readonly subject?: string;
}

type KnownOrgs = ReadonlyMap<string, KnownOrg>;

/** `okta.orgs` of all files. An org is taken from the first that names it. */
function namedOrgs(places: readonly Place[], note: Note): KnownOrgs {
  const orgs = new Map<string, KnownOrg>();
  for (const { file, orgs: own } of places) {
    for (const [name, { orgUrl }] of own) {
      const subject = nameOf({ key: `okta.orgs.${name}`, file });
      if (orgs.has(name)) note(`${subject} is not used: that of the working folder goes before it.`);
      else if (orgUrl === undefined) throw unusable(subject, 'lacks orgUrl');
      else orgs.set(name, { url: originOf(orgUrl), subject });
    }
  }
  return orgs;
}

interface OneOrg {
  readonly client: Client;
  readonly orgUrl: Given<string>;
  readonly named: KnownOrgs;
}

/** With the one client's org among the orgs, under the name that statements give it. */
function withOrg({ client, orgUrl, named }: OneOrg, places: readonly Place[], reading: Reading): Chosen {
  const url = originOf(orgUrl);
  const label = nameOfOrigin(url);
  const twins = [...named].filter(([, org]) => org.url === url).map(([name]) => name);
  // A named org that is the same one has a login, and a name that its owner has chosen.
  const twin = twins.find((name) => name === label) ?? (hasSecret(client) ? undefined : twins[0]);
  if (twin !== undefined) return { ...withLogins(named, places, reading), subdomain: twin };
  const name = named.has(label) ? new URL(url).hostname : label;
  if (name !== label) {
    reading.note(`${named.get(label)?.subject} is another org than that of ${nameOf(orgUrl)}, whose name is ${name}.`);
  }
  return { ...withLogins(new Map([...named, [name, { url }]]), places, reading), subdomain: name };
}

/**
 * Each org with the login that stands beside its origin in the first place that has one. An origin has one login, whatever
 * names it goes by.
 */
function withLogins(known: KnownOrgs, places: readonly Place[], reading: Reading): Pick<Chosen, 'orgs' | 'used'> {
  const orgs: [string, OrgSettings][] = [];
  const used: FoundLogin[] = [];
  for (const [name, { url, subject }] of known) {
    const [found, ...others] = loginsAt(url, places, reading);
    // Without one, it would be open which of the logins at hand goes there.
    if (found === undefined && subject !== undefined) throw unusable(subject, 'lacks a login', LOGIN_ADVICE);
    for (const other of others) if (found !== undefined) checkSecond(found, other, reading.note);
    if (found !== undefined) used.push(found);
    const login = found === undefined ? {} : { login: found.login, source: sourceOf(found) };
    orgs.push([name, { url, ...login }]);
  }
  return { orgs: Object.fromEntries(orgs), used };
}

const LOGIN_ADVICE = 'Give it a token, or clientId, privateKey and scopes.';

interface PlacedLogin extends FoundLogin {
  readonly place: Place;
}

/** The logins that stand beside an origin, that of `okta.client` before those of `okta.orgs`. */
function loginsAt(url: string, places: readonly Place[], reading: Reading): readonly PlacedLogin[] {
  return places.flatMap((place) => {
    const { file, folder } = place;
    const client = { client: mergeFamilies(place.clients, () => undefined), nameOf: place.nameOf };
    const orgs = [...place.orgs].map(([name, org]) => ({
      client: org,
      nameOf: (key: string) => nameOf({ key: `okta.orgs.${name}.${key}`, file }),
    }));
    return [client, ...orgs]
      .filter((one) => comparableOrigin(one.client.orgUrl) === url)
      .flatMap((one) => loginOf(one.client, { ...reading, folder, nameOf: one.nameOf }) ?? [])
      .map((found) => ({ ...found, place }));
  });
}

/** Between places the first counts; within one, nobody can tell which is meant. */
function checkSecond(found: PlacedLogin, other: PlacedLogin, note: Note): void {
  if (isSameLogin(found.login, other.login)) return;
  const [first, second] = [nameOf(found.from), nameOf(other.from)];
  if (found.place === other.place) {
    throw unusable(
      second,
      `is another login for the org of ${first}`,
      'An org has one login, whatever names it goes by.',
    );
  }
  note(`${second}: not used, since ${first} goes before.`);
}
