/**
 * Which orgs a session reads, and how it logs in to each.
 *
 * @module
 */

import { PlanError } from '../../errors.ts';
import { Secret } from '../../http/login/secret.ts';

/** How to log in to an org of Okta. https://developer.okta.com/docs/reference/core-okta-api/#authentication */
export type OktaLogin =
  /** An API token: `Authorization: SSWS …`. */
  | { readonly kind: 'api-token'; readonly token: string | Secret }
  /** An access token that somebody else has asked for. It is not renewed. */
  | { readonly kind: 'bearer'; readonly token: string | Secret }
  | PrivateKeyLogin;

/**
 * A service app with the client credentials grant: an access token is asked for with an assertion that its private key signs
 * (RFC 7523), and bound to a key of this process by DPoP (RFC 9449) where the app wants that.
 */
export interface PrivateKeyLogin {
  readonly kind: 'private-key';
  readonly clientId: string;
  /** RSA or EC: PEM in PKCS#8, PKCS#1 or SEC1, line ends also written as `\n`, or a JWK; either in base64 too. Not encrypted. */
  readonly privateKey: string | Secret;
  /** The `kid` of the key in the app. Default: that of the JWK, if any. Okta asks for it when the app has several keys. */
  readonly keyId?: string;
  /** Such as `okta.apps.read`; each must be granted to the app. */
  readonly scopes: readonly string[];
}

/** One org, and how to log in to it. */
export interface OrgSettings {
  /**
   * A host under one of Okta's domains, or a custom domain, with or without `https://`: `acme.okta.com`. On this machine, a URL
   * with `http://`, or with `https://` and a port.
   */
  readonly url: string;
  readonly login?: OktaLogin;
  /** Where the login was found, for messages: `./okta.yaml`. */
  readonly source?: string;
}

/**
 * Orgs by the names that statements give them: `subdomain = 'prod'`. Each login goes to the origin of its org and to no other.
 */
export type Orgs = Readonly<Record<string, OrgSettings>>;

/**
 * Planning knows no orgs: what it says of a statement that names none is completed here with those that it may mean.
 *
 * @returns the error itself where it is about anything else
 */
export function withOrgNames(error: unknown, orgs: Orgs): unknown {
  const names = Object.keys(orgs);
  if (!(error instanceof PlanError) || names.length === 0) return error;
  const { message, missing, hint = '' } = error;
  if (!Object.values(missing).some((parameters) => parameters.includes('subdomain'))) return error;
  const all = `The orgs that are configured are ${names.join(', ')}. ${hint}`.trim();
  return new PlanError(message, { missing, hint: all, cause: error });
}

/** Whether two logins say the same, secrets included. */
export function isSameLogin(one: OktaLogin, other: OktaLogin): boolean {
  return revealed(one) === revealed(other);
}

/** Member by member: as JSON, any two secrets would be the same `***`. */
function revealed(login: OktaLogin): string {
  const members = Object.entries(login).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(members.map(([name, value]) => [name, value instanceof Secret ? value.reveal() : value]));
}
