/**
 * What a private key looks like before anybody reads it.
 *
 * @module
 */

/** Whether a text is a key, of whatever kind, and not the path of one: it holds PEM, perhaps behind other text, or is a JWK. */
export function holdsKey(text: string): boolean {
  return text.includes('-----BEGIN ') || text.trimStart().startsWith('{');
}
