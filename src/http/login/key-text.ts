/**
 * A private key as it arrives from secret stores, shells and YAML, which wrap it in forms of their own.
 *
 * @module
 */

/** Whether a text is a key, of whatever kind, and not the path of one: it holds PEM, perhaps behind other text, or is a JWK. */
export function holdsKey(text: string): boolean {
  return isPlain(unwrapKey(text));
}

/**
 * The PEM or the JWK in a text that may stand within quotation marks, have its line ends written as `\n`, or be base64. What
 * is neither is returned without quotation marks.
 */
export function unwrapKey(text: string): string {
  const plain = withLineEnds(unquoted(text.trim()));
  return isPlain(plain) ? plain : (decoded(plain) ?? plain);
}

function isPlain(text: string): boolean {
  return text.includes('-----BEGIN ') || text.startsWith('{');
}

function unquoted(text: string): string {
  const [, mark, inner = ''] = /^(["'])(.*)\1$/s.exec(text) ?? [];
  if (mark === undefined) return text;
  const value = mark === '"' ? parsed(text) : undefined;
  return (typeof value === 'string' ? value : inner).trim();
}

/** Variables and YAML often hold one line. */
function withLineEnds(text: string): string {
  return text.replaceAll('\\r', '').replaceAll('\\n', '\n').trim();
}

/** Either alphabet, perhaps in lines. */
const BASE64 = /^[\w+/-]+={0,2}$/;

/** Undefined for what only looks like base64, as most paths do: they become neither PEM nor a JSON object. */
function decoded(text: string): string | undefined {
  const joined = text.replace(/\s+/g, '');
  if (!BASE64.test(joined)) return undefined;
  const inner = withLineEnds(Buffer.from(joined, 'base64').toString());
  return inner.includes('-----BEGIN ') || isObject(parsed(inner)) ? inner : undefined;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
