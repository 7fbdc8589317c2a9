/** What stands for NULL where people read: dimmed on a terminal that can, so that it is no text `NULL`. */
export type NullText = string;

/** @param colour whether the terminal shows colours */
export function nullText(colour = false): NullText {
  // https://ecma-international.org/publications-and-standards/standards/ecma-48/, SGR 2 and 22.
  return colour ? '\u001b[2mNULL\u001b[22m' : 'NULL';
}
