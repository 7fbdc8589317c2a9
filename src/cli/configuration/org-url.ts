/**
 * From the URL of an org in the settings to its origin.
 *
 * What stands in the user's own settings may be a custom domain, so any host will do; what people paste by mistake will not.
 *
 * @module
 */

import { isLoopback, OKTA_BASE_DOMAINS, resolveOrigin } from '../../okta/host.ts';
import { type GivenOrg, nameOf, unusable } from './place.ts';

const EXAMPLE = 'Write it as https://acme.okta.com.';
const LOCAL = 'Write it as http://localhost:8080 or https://localhost:8443, with the port, or set OKTAQL_ENDPOINT_URL.';

/** What Okta's SDKs refuse, and what would be dropped without a word. Most telling first. */
const FAULTS: readonly (readonly [pattern: RegExp, fault: string, advice?: string])[] = [
  [/[{}<>]/, 'still holds the placeholder of an example'],
  [/:\/\/.*:\/\//, 'holds :// twice'],
  [/\.com\.com\b/i, 'holds .com.com'],
  [/@/, 'holds user information'],
  [/^(?!https?:\/\/)[^/]*:\/\//i, 'has another scheme than https'],
  [/^(?:https?:\/\/)?[^/?#]*\/?[^/]*[?#]/i, 'holds a query or fragment'],
  [/^(?:https?:\/\/)?[^/]*\/[^/]/i, 'holds a path', 'The org alone is meant, without /oauth2 or /api.'],
];

/**
 * The origin of an org: `https://acme.okta.com`.
 *
 * @throws InvalidArgumentError which does not repeat the value: a password may stand in it
 */
export function originOf(orgUrl: GivenOrg): string {
  const refuse = (fault: string, advice: string = EXAMPLE): never => {
    throw unusable(nameOf(orgUrl), fault, orgUrl.advice ?? advice);
  };
  if (orgUrl.fault !== undefined) refuse(orgUrl.fault);
  const text = orgUrl.value.replace(/\/+$/, '');
  const [, fault, advice] = FAULTS.find(([pattern]) => pattern.test(text)) ?? [];
  if (fault !== undefined) refuse(fault, advice);
  const address = text.includes('://') ? text : `https://${text}`;
  if (!URL.canParse(address)) refuse('is no URL');
  const { protocol, hostname, port, origin } = new URL(address);
  if (isLoopback(hostname)) {
    // Where the scheme was left out, nobody knows which of the two is meant.
    const isKnown = protocol === 'http:' || (port !== '' && text.includes('://'));
    return isKnown ? origin : refuse('is no http:// for this machine, and no https:// with a port', LOCAL);
  }
  if (protocol !== 'https:') refuse('is plain http, which only this machine may be');
  if (port !== '') refuse('holds a port');
  if (OKTA_BASE_DOMAINS.some((base) => hostname.endsWith(`-admin.${base}`)))
    refuse('is the address of the admin console', 'Leave -admin off.');
  if (!hostname.includes('.')) refuse('is no full host name');
  return checkedOrigin(hostname) ?? refuse('is no host of an org');
}

/** By the rules for hosts that statements name. Their message would repeat the value. */
function checkedOrigin(host: string): string | undefined {
  try {
    return resolveOrigin(host, { customDomains: [host] });
  } catch {
    return undefined;
  }
}

/** The same of settings that are only compared with others; undefined where they are wrong. */
export function comparableOrigin(orgUrl: GivenOrg | undefined): string | undefined {
  try {
    return orgUrl === undefined ? undefined : originOf(orgUrl);
  } catch {
    return undefined;
  }
}

/** What statements call an org that has no name in the settings: a label below okta.com, else the host. No name has colons. */
export function nameOfOrigin(origin: string): string {
  return new URL(origin).hostname.replace(/\.okta\.com$/, '').replace('[::1]', 'localhost');
}
