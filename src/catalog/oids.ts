/**
 * OIDs of what PostgreSQL does not have itself.
 *
 * @module
 */

/** Where those of users begin. https://www.postgresql.org/docs/15/system-catalog-initial-data.html */
const FIRST = 16_384;

/** Clients read OIDs as signed numbers now and then. */
const RANGE = 2 ** 31 - 1 - FIRST;

/**
 * Numbers that follow from names, so that they are the same in each session and each version: clients keep them. FNV-1a; of two names
 * with one number the later takes the next.
 */
export function createOids(): (name: string) => number {
  const taken = new Map<number, string>();
  return (name) => {
    let hash = 0x811c9dc5;
    for (const byte of Buffer.from(name)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
    let oid = FIRST + (hash % RANGE);
    while (taken.has(oid) && taken.get(oid) !== name) oid = oid === FIRST + RANGE ? FIRST : oid + 1;
    taken.set(oid, name);
    return oid;
  };
}
