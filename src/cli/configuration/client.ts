/**
 * Which org is meant where several places speak of one, and with which login.
 *
 * An org and its login come from one place. Put together from two, the token of one org would go to another: an
 * `OKTA_CLIENT_ORGURL` that was left over, or the `okta.yaml` of a folder that somebody else has made, would be enough.
 * Only a login that stands beside the very same origin elsewhere is taken from there.
 *
 * @module
 */

import type { OktaLogin, OrgSettings, Orgs } from '../../session/orgs.ts';
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
  /** The settings that the login comes from. */
  readonly used: readonly Given<unknown>[];
}

/** @param places the first goes before the others */
export function chooseOrgs(places: readonly Place[], reading: Reading): Chosen {
  const named = namedOrgs(places, reading);
  const at = places.findIndex((place) => place.clients.some(isTelling));
  noteStray(places, reading.note);
  const place = places[at];
  const only = Object.keys(named).length === 1 ? Object.keys(named) : [];
  if (place === undefined) return { orgs: named, ...(only[0] !== undefined && { subdomain: only[0] }), used: [] };
  const client = mergeFamilies(place.clients, reading.note);
  notePassedOver(client, places.slice(at + 1), reading.note);
  if (client.orgUrl !== undefined) {
    const context = { place, above: places.slice(0, at), below: places.slice(at + 1), reading };
    return withOrg(client, { url: originOf(client.orgUrl), named }, context);
  }
  const found = loginOf(client, contextOf(place, reading));
  return {
    orgs: named,
    ...(found !== undefined && { login: { login: found.login, source: nameOf(found.from) } }),
    used: usedOf(found),
  };
}

/** The org of `--auth`: there is none, and whatever the places say of one org is passed over for it. */
export function chooseNamedOrgs(places: readonly Place[], auth: string, reading: Reading): Chosen {
  const passedOver = places.flatMap(({ clients }) => clients.flatMap(telling)).filter(({ key }) => !auth.includes(key));
  if (passedOver.length > 0) reading.note(`${listed(passedOver)}: not used, since --auth goes before.`);
  return { orgs: namedOrgs(places, reading), used: [] };
}

function usedOf(found: FoundLogin | undefined): readonly Given<unknown>[] {
  return found === undefined ? [] : [found.from];
}

function contextOf({ folder, nameOf: nameIn }: Place, reading: Reading): LoginContext {
  return { ...reading, folder, nameOf: nameIn };
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
 * One client of the families of a place. The first that names an org is asked first, then those that name none, or the
 * same: what stands beside another org belongs to that one. Secrets are the first family's that has any, since those of
 * another may be of an org that nobody has named.
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

interface OrgContext {
  readonly place: Place;
  /** The places that go before it. */
  readonly above: readonly Place[];
  /** The places that it goes before. */
  readonly below: readonly Place[];
  readonly reading: Reading;
}

interface KnownOrgs {
  /** The origin of the one client's org. */
  readonly url: string;
  readonly named: Orgs;
}

/** With the one client's org among the orgs, under the name that statements give it. */
function withOrg(client: Client, { url, named }: KnownOrgs, context: OrgContext): Chosen {
  const own = loginOf(client, contextOf(context.place, context.reading));
  const twin = Object.keys(named).find((name) => named[name]?.url === url);
  // A named org that is the same one has a login, and a name that its owner has chosen.
  if (own === undefined && twin !== undefined) return { orgs: named, subdomain: twin, used: [] };
  const label = nameOfOrigin(url);
  const isTaken = Object.hasOwn(named, label);
  const isSameOrg = isTaken && named[label]?.url === url;
  if (isSameOrg && context.above.some(({ orgs }) => orgs.has(label)))
    return { orgs: named, subdomain: label, used: [] };
  const name = isTaken && !isSameOrg ? new URL(url).host : label;
  const found = own ?? loginBeside(url, context);
  const login = found === undefined ? {} : { login: found.login, source: nameOf(found.from) };
  return { orgs: { ...named, [name]: { url, ...login } }, subdomain: name, used: usedOf(found) };
}

/** A login that stands beside the same origin in a place below. */
function loginBeside(
  origin: string,
  { below, reading }: Pick<OrgContext, 'below' | 'reading'>,
): FoundLogin | undefined {
  for (const place of below) {
    const clients = [mergeFamilies(place.clients, () => undefined), ...place.orgs.values()];
    for (const client of clients.filter(({ orgUrl }) => comparableOrigin(orgUrl) === origin)) {
      const found = loginOf(client, contextOf(place, reading));
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** `okta.orgs` of all files. An org is taken as a whole from the first that names it. */
function namedOrgs(places: readonly Place[], reading: Reading): Orgs {
  const orgs = new Map<string, OrgSettings>();
  for (const [index, place] of places.entries()) {
    for (const [name, client] of place.orgs) {
      if (orgs.has(name))
        reading.note(`okta.orgs.${name} of ${place.file} is not used: that of the working folder goes before it.`);
      else orgs.set(name, namedOrg(name, client, { place, below: places.slice(index + 1), reading }));
    }
  }
  return Object.fromEntries(orgs);
}

function namedOrg(name: string, client: Client, { place, below, reading }: Omit<OrgContext, 'above'>): OrgSettings {
  const { orgUrl } = client;
  const subject = nameOf({ key: `okta.orgs.${name}`, file: place.file });
  if (orgUrl === undefined) throw unusable(subject, 'lacks orgUrl');
  const origin = originOf(orgUrl);
  const context = {
    ...contextOf(place, reading),
    nameOf: (key: string) => nameOf({ key: `okta.orgs.${name}.${key}`, file: place.file }),
  };
  const found = loginOf(client, context) ?? loginBeside(origin, { below, reading });
  // Without one, it would be open which of the logins at hand goes there.
  if (found === undefined)
    throw unusable(subject, 'lacks a login', 'Give it a token, or clientId, privateKey and scopes.');
  return { url: origin, login: found.login, source: nameOf(found.from) };
}
