/**
 * From the `subdomain` of a statement to the one origin that may see the credential.
 *
 * The value can come from data: a join column, a variable. Put into `https://{subdomain}.okta.com/` unchecked,
 * `evil.example/` or `u@evil.example:443/` would send the token elsewhere. So a value is either exactly a name we know
 * how to complete, or it is refused before anything is sent.
 *
 * @module
 */
import { InvalidValueError } from '../errors.ts';
import { quote } from './quote.ts';

/** Which hosts a session may talk to. */
export interface HostPolicy {
  /**
   * Replaces scheme and host for every org (tests, simulator, proxies); may hold `{subdomain}`. https anywhere, http
   * only for loopback.
   */
  readonly endpointUrl?: string;
  /** Base domain for a bare label; default 'okta.com'. Must be one of {@link OKTA_BASE_DOMAINS}. */
  readonly baseDomain?: string;
  /** Full host names outside Okta's domains that the user configured. */
  readonly customDomains?: readonly string[];
  /**
   * Orgs by the names that statements may give them, in small letters. Each is a host, with or without `https://`; being
   * configured here, it may be a custom domain. On loopback it may be a URL with a port, plain http too, which `endpointUrl`
   * does not replace.
   */
  readonly names?: Readonly<Record<string, string>>;
}

/** Where Okta hosts orgs: https://developer.okta.com/docs/guides/find-your-domain/main/ and the admin list of its SDKs. */
export const OKTA_BASE_DOMAINS: readonly string[] = [
  'okta.com',
  'oktapreview.com',
  'okta-emea.com',
  'okta-gov.com',
  'okta.mil',
  'okta-miltest.com',
  'trex-govcloud.com',
];

const DEFAULT_BASE_DOMAIN = 'okta.com';
const ENDPOINT_SUBJECT = 'OKTAQL_ENDPOINT_URL';

/** RFC 1123 §2.1: letters, digits and inner hyphens, at most 63. */
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * The origin that serves an org.
 *
 * @param subdomain an org's label (`acme`), its full host name (`acme.okta.com`) or a configured custom domain, in any
 * case of letters
 * @param policy what the session allows
 * @returns scheme and host, and a port only where `endpointUrl` names one; no trailing slash
 * @throws INVALID_VALUE with subject `subdomain`, `OKTAQL_ENDPOINT_URL` or `baseDomain`
 * @example
 * resolveOrigin('acme'); // 'https://acme.okta.com'
 * resolveOrigin('acme', { endpointUrl: 'http://{subdomain}.localhost:8080' }); // 'http://acme.localhost:8080'
 */
export function resolveOrigin(subdomain: string, policy: HostPolicy = {}): string {
  const { names = {}, customDomains = [] } = policy;
  const name = subdomain.toLowerCase();
  const named = Object.hasOwn(names, name) ? names[name] : undefined;
  if (named !== undefined && isOwnServer(named)) return resolveEndpoint(named, '', `orgs.${name}.url`);
  // A URL is complete: `https://localhost` must not become an org called localhost.
  if (named !== undefined && /^https:/i.test(named) && !hostOf(named).includes('.')) {
    refuseSubdomain(named, 'is the URL of no org');
  }
  const domains = [...customDomains, ...Object.values(names).map(hostOf)];
  return resolveOrg(named === undefined ? subdomain : hostOf(named), { ...policy, customDomains: domains });
}

/**
 * A server on this machine, by http or by https with a port; plain http elsewhere is refused as one. https without a port does
 * not say that this machine is meant: `https://localhost` may be an org's label with a scheme before it.
 */
function isOwnServer(url: string): boolean {
  const [, , host = '', port] = ENDPOINT.exec(url) ?? [];
  return url.startsWith('http://') || (port !== undefined && !host.includes('{') && isLoopback(host.toLowerCase()));
}

/** Of a URL as people write it: with a scheme, and a slash at the end. */
function hostOf(url: string): string {
  return url.replace(/^https:\/\//i, '').replace(/\/$/, '');
}

function resolveOrg(subdomain: string, policy: HostPolicy): string {
  const baseDomain = checkBaseDomain(policy.baseDomain ?? DEFAULT_BASE_DOMAIN);
  const host = resolveHost(subdomain, baseDomain, policy.customDomains ?? []);
  // Asked before the endpoint is looked at: a statement that is wrong in production is wrong in a test as well.
  const origin = reparse(`https://${host}`, host)?.origin ?? refuseSubdomain(subdomain, 'is no host name');
  return policy.endpointUrl === undefined
    ? origin
    : resolveEndpoint(policy.endpointUrl, orgName(host, baseDomain), ENDPOINT_SUBJECT);
}

function checkBaseDomain(baseDomain: string): string {
  if (OKTA_BASE_DOMAINS.includes(baseDomain)) return baseDomain;
  throw new InvalidValueError(
    `The base domain ${quote(baseDomain)} is none of Okta's. Use one of ${OKTA_BASE_DOMAINS.join(', ')}; ` +
      'an org with a domain of its own is configured as a custom domain.',
    { subject: 'baseDomain' },
  );
}

/** What a value can be wrong about, most telling first. Later patterns rely on the earlier ones having failed. */
const FAULTS: readonly (readonly [pattern: RegExp, fault: string])[] = [
  [/^$/, 'is empty'],
  [/[\s\p{Cc}]/u, 'holds white space or control characters'],
  [/\/\//, 'holds a scheme'],
  [/@/, 'holds user information'],
  [/[/\\?#]/, 'holds a path, query or fragment'],
  [/:/, 'holds a port or an IPv6 address'],
  [/%/, 'is percent-encoded'],
  // ASCII before any folding: 'K' (U+212A, the Kelvin sign) becomes 'k' in lower case.
  [/[^A-Za-z0-9.-]/, 'holds characters that no host name of Okta has'],
  [/\.$/, 'ends with a dot'],
  [/^\d+(\.\d+){3}$/, 'is an IP address'],
  [/(^|\.)xn--/i, 'is an internationalised (punycode) name'],
];

function resolveHost(subdomain: string, baseDomain: string, customDomains: readonly string[]): string {
  const fault = FAULTS.find(([pattern]) => pattern.test(subdomain));
  if (fault) refuseSubdomain(subdomain, fault[1]);
  const name = subdomain.toLowerCase();
  if (!name.includes('.')) return `${checkLabel(name, subdomain)}.${baseDomain}`;
  // With its dot: `acme-okta.com` and `notokta.com` are anybody's.
  const base = OKTA_BASE_DOMAINS.find((domain) => name.endsWith(`.${domain}`));
  if (base !== undefined) return `${checkLabel(name.slice(0, -base.length - 1), subdomain)}.${base}`;
  // Not even where somebody has configured it, having left the label out.
  if (OKTA_BASE_DOMAINS.includes(name)) refuseSubdomain(subdomain, 'is Okta’s own domain, not that of an org');
  if (!customDomains.some((domain) => domain.toLowerCase() === name)) {
    refuseSubdomain(subdomain, 'is neither under a domain of Okta nor a configured custom domain');
  }
  return name;
}

function checkLabel(label: string, subdomain: string): string {
  if (!LABEL.test(label)) refuseSubdomain(subdomain, 'is no label of an org');
  if (label.endsWith('-admin')) {
    throw new InvalidValueError(
      `The subdomain ${quote(subdomain)} is the address of the admin console. Leave -admin off.`,
      { subject: 'subdomain' },
    );
  }
  return label;
}

function refuseSubdomain(subdomain: string, fault: string): never {
  throw new InvalidValueError(
    `The subdomain ${quote(maskUserInfo(subdomain))} ${fault}. ` +
      "Give the org's label, such as acme, or its full host name, such as acme.okta.com, and nothing else.",
    { subject: 'subdomain' },
  );
}

/** What `{subdomain}` becomes: as short as it can be while two orgs never share a name. */
function orgName(host: string, baseDomain: string): string {
  const suffix = `.${baseDomain}`;
  return host.endsWith(suffix) ? host.slice(0, -suffix.length) : host;
}

/**
 * Scheme, host, perhaps a port, perhaps one slash. The last character of the host is fixed, and `{subdomain}` stands
 * nowhere else, so that data chooses neither a port nor a top-level domain.
 */
const ENDPOINT = /^(https?):\/\/((?:[A-Za-z0-9._-]|\{subdomain\})*[A-Za-z0-9]|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?\/?$/;

function resolveEndpoint(endpointUrl: string, name: string, subject: string): string {
  const refuse = (fault: string): never => refuseEndpoint(endpointUrl, fault, subject);
  const [, scheme, template, port = ''] = ENDPOINT.exec(endpointUrl) ?? [];
  if (scheme === undefined || template === undefined) return refuse('is not a scheme and a host alone');
  const host = template.replaceAll('{subdomain}', name).toLowerCase();
  const url = reparse(`${scheme}://${host}${port}`, host);
  if (url === undefined) return refuse('names no host in its usual spelling');
  if (url.protocol !== 'https:' && !isLoopback(host)) refuse('is plain http, which only loopback may be');
  return url.origin;
}

function refuseEndpoint(endpointUrl: string, fault: string, subject: string): never {
  throw new InvalidValueError(
    `${subject} ${quote(maskUserInfo(endpointUrl))} ${fault}. ` +
      'Give a URL such as https://okta-proxy.example or http://{subdomain}.localhost:8080, ' +
      'without user, path or query.',
    { subject },
  );
}

/** A host that never leaves this machine: RFC 6761 §6.3 for names, RFC 1122 §3.2.1.3 and RFC 4291 §2.5.3 for addresses. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/**
 * The URL as the HTTP client will read it (https://url.spec.whatwg.org/), if its host is the one we mean. The last
 * line of defence: `1.0x7f` is a host name to a pattern and 1.0.0.127 to a client.
 */
function reparse(text: string, host: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isPlain = url.username === '' && url.password === '' && url.href === `${url.origin}/`;
  return isPlain && url.hostname === host ? url : undefined;
}

/** A password in a pasted URL must not reach a log; nor may a token in its query. */
function maskUserInfo(value: string): string {
  return value.replace(/^([a-z]+:\/\/)?.*@/is, '$1***@').replace(/([?#]).+$/s, '$1***');
}
