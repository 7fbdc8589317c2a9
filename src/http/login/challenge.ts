/**
 * What a `WWW-Authenticate` header asks for (RFC 9110 section 11.6.1).
 *
 * @module
 */

/** Parameters of a challenge by name in small letters. */
export type Challenge = Readonly<Record<string, string>>;

/** One parameter, or the scheme that begins a challenge: a word that no `=` follows. */
const PART = /([\w!#$%&'*+.^`|~-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?/g;

/** The first challenge with this scheme, if there is one. */
export function challengeIn(headers: Headers, scheme: string): Challenge | undefined {
  let found: Record<string, string> | undefined;
  for (const [, name = '', quoted, bare] of (headers.get('www-authenticate') ?? '').slice(0, LONGEST).matchAll(PART)) {
    const value = quoted?.replace(/\\(.)/g, '$1') ?? bare;
    if (value !== undefined) {
      if (found !== undefined) found[name.toLowerCase()] ??= value;
    } else if (found !== undefined) {
      return found;
    } else if (name.toLowerCase() === scheme.toLowerCase()) {
      found = Object.create(null) as Record<string, string>;
    }
  }
  return found;
}

/** More is no challenge that anybody means. */
const LONGEST = 8_192;
