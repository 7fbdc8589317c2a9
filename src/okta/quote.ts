/**
 * Values that a user or a server gave, made safe to stand in a message.
 *
 * @module
 */

const QUOTED_CHARACTERS = 60;

/**
 * A value as it may stand in a message: a JSON string, in ASCII, cut after 60 characters.
 *
 * Everything beyond ASCII is escaped, since the values quoted are often look-alikes: `оkta` with a Cyrillic о should
 * not read as `okta`.
 *
 * @example quote('a\nb') // '"a\\nb"'
 */
export function quote(value: string): string {
  const shown = value.length > QUOTED_CHARACTERS ? `${value.slice(0, QUOTED_CHARACTERS)}...` : value;
  return JSON.stringify(shown).replace(/[^\x20-\x7e]/g, escapeUnit);
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

const WORD_CHARACTERS = 24;

/**
 * A value where a short word of some standard was expected, such as `RS256`. Anything longer is not shown: when the
 * columns of an INSERT are shifted by one, part of a private key may stand here.
 *
 * @example quoteWord('PS256') // '"PS256"'
 */
export function quoteWord(value: string): string {
  return value.length <= WORD_CHARACTERS ? quote(value) : `(a text of ${value.length} characters)`;
}
