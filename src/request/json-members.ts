/**
 * A JSON text by its members, each as it stands there: numbers of any length, escapes and unknown members stay what they are.
 *
 * @module
 */

/** A member of an object, as text. */
export interface Member {
  readonly name: string;
  /** The value, without the blanks around it. */
  readonly text: string;
}

/** The members of a text that is JSON, in their order; undefined where it is no object. */
export function membersOf(text: string): readonly Member[] | undefined {
  const start = afterBlanks(text, 0);
  if (text[start] !== '{') return undefined;
  const members: Member[] = [];
  let at = afterBlanks(text, start + 1);
  while (text[at] === '"') {
    const nameEnd = stringEnd(text, at);
    const value = afterBlanks(text, afterBlanks(text, nameEnd) + 1);
    const end = valueEnd(text, value);
    members.push({ name: JSON.parse(text.slice(at, nameEnd)) as string, text: text.slice(value, end).trimEnd() });
    at = text[end] === ',' ? afterBlanks(text, end + 1) : end;
  }
  return members;
}

/** The text of an object with these members. */
export function objectText(members: readonly Member[]): string {
  return `{${members.map(({ name, text }) => `${JSON.stringify(name)}:${text}`).join(',')}}`;
}

function afterBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\n\r'.includes(text.charAt(at))) at += 1;
  return at;
}

/** Behind the quote that ends the string which begins there. */
function stringEnd(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

/** At the comma or bracket behind the value that begins there. */
function valueEnd(text: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const character = text.charAt(at);
    if (depth === 0 && ',}]'.includes(character)) return at;
    if ('{['.includes(character)) depth += 1;
    if ('}]'.includes(character)) depth -= 1;
    at = character === '"' ? stringEnd(text, at) : at + 1;
  }
  return at;
}
