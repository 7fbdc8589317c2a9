/**
 * From the servers of provider documents to origins.
 *
 * @module
 */

import { InvalidValueError, NotSupportedError } from '../../errors.ts';
import { type HostPolicy, isLoopback, resolveOrigin } from '../../okta/host.ts';
import { type Method, providerOf } from '../../registry/resource.ts';
import type { OriginResolver } from '../../request/build.ts';
import { OKTA } from './okta-logins.ts';

/** The server of Okta's documents: where the host rules of `okta/host.ts` apply. */
const OKTA_SERVER = /^https:\/\/\{subdomain\}\.okta\.com\/?$/;

/** The variable of that server. */
const ORG = 'subdomain';

/**
 * Okta's logins go wherever a provider's requests go that is called `okta`, and anybody can call a document that: so such a
 * provider has no other hosts than those that the host rules make, and which of them a statement or a setting says.
 *
 * @param policy which hosts of Okta's are meant; other providers have what their documents say
 */
export function originResolver(policy: HostPolicy): OriginResolver {
  // A statement over many objects asks for the same org with every request.
  const known = new Map<string, string>();
  const orgOrigin = (subdomain: string): string => {
    const origin = known.get(subdomain) ?? resolveOrigin(subdomain, policy);
    known.set(subdomain, origin);
    return origin;
  };
  return (server, variables, method) => {
    if (!OKTA_SERVER.test(server)) {
      if (isOkta(method)) throw strangeServer(method);
      return documentOrigin(server, variables, method);
    }
    if (isOkta(method) && namesOrg(method)) throw chosenOrg(method);
    return orgOrigin(variables[ORG] ?? '');
  };
}

function isOkta(method: Method): boolean {
  return providerOf(method).toLowerCase() === OKTA;
}

/** Whether the document would choose the org: by a default, or by values that it gives. */
function namesOrg({ parameters, defaults = {}, also = [], enumerate = {} }: Method): boolean {
  const given = [defaults, enumerate, ...also].some((values) => Object.hasOwn(values, ORG));
  return given || parameters.some(({ name, default: fallback }) => name === ORG && fallback !== undefined);
}

function strangeServer({ key, server }: Method): NotSupportedError {
  return new NotSupportedError(
    `${key} cannot be called: its document is called okta and names the server ${server}. Nothing was sent.`,
    {
      hint: "Okta's logins go to https://{subdomain}.okta.com only. A document for another server needs another name.",
    },
  );
}

function chosenOrg({ key }: Method): NotSupportedError {
  return new NotSupportedError(
    `${key} cannot be called: its document says itself which org is meant by ${ORG}. Nothing was sent.`,
    { hint: 'Which org a login goes to is said by the statement or by --subdomain (subdomain).' },
  );
}

/** Scheme and authority of a server's URL: host names with variables in them, perhaps a port. */
const SERVER = /^(https?|\{[^{}/]+\}):\/\/((?:[A-Za-z0-9._-]|\{[^{}/]+\})+)(:(?:\d{1,5}|\{[^{}/]+\}))?(?:\/[^?#]*)?$/;

/**
 * The origin of a server that a document names, with its variables filled. The host is the document's choice, of which a
 * statement fills in single labels.
 */
function documentOrigin(server: string, variables: Readonly<Record<string, string>>, method: Method): string {
  const [, schemeTemplate, template, portTemplate = ''] = SERVER.exec(server) ?? [];
  if (schemeTemplate === undefined || template === undefined) {
    throw new NotSupportedError(
      `${method.key} cannot be called: ${server} is no server that is understood. Nothing was sent.`,
    );
  }
  const fill = (text: string): string =>
    text.replace(/\{([^{}]+)\}/g, (_whole, name: string) => checkedValue(name, variables, method));
  const scheme = fill(schemeTemplate).toLowerCase();
  const host = fill(template).toLowerCase();
  const port = fill(portTemplate);
  const url = URL.canParse(`${scheme}://${host}${port}`) ? new URL(`${scheme}://${host}${port}`) : undefined;
  // `1.0x7f` is a host name to a pattern and 1.0.0.127 to a client.
  if (url === undefined || url.hostname !== host || url.href !== `${url.origin}/` || !/^https?:$/.test(url.protocol)) {
    throw new InvalidValueError(`${server} does not become the URL of a server with these values. Nothing was sent.`, {
      subject: 'server',
    });
  }
  if (url.protocol === 'https:' || isLoopback(host)) return url.origin;
  throw new NotSupportedError(`${method.key} cannot be called: ${url.origin} is plain http. Nothing was sent.`, {
    hint: 'Only servers on this machine may be.',
  });
}

/** RFC 1123 section 2.1: letters, digits and inner hyphens, at most 63. */
const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

function checkedValue(name: string, variables: Readonly<Record<string, string>>, { parameters }: Method): string {
  const value = Object.hasOwn(variables, name) ? (variables[name] ?? '') : '';
  const allowed = parameters.find((one) => one.location === 'server' && one.name === name)?.allowed ?? [];
  if (LABEL.test(value) || allowed.includes(value)) return value;
  const others = allowed.length > 0 ? `, or ${allowed.join(' or ')}` : '';
  throw new InvalidValueError(`${name} takes a single label of a host name, such as acme${others}. Nothing was sent.`, {
    subject: name,
  });
}
