/**
 * Between two pairs of hands that a text goes through, for whoever else waits for this thread.
 *
 * @module
 */

/** A text of fewer characters, or tokens, is through all hands before anybody notices. */
const LONG = 50_000;

/** Lets others have their turn where the text is long; nothing where it is not. */
export function turnFor({ length }: { readonly length: number }): Promise<void> | undefined {
  if (length < LONG) return undefined;
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
