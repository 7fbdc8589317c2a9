/**
 * Values for the parameters of statements that clients send.
 *
 * @module
 */

/** What stands in front of a parameter, and what it is given then. The first that fits counts. */
const VALUES: readonly (readonly [RegExp, string])[] = [
  [/relkind\s*=\s*any\s*\(\s*$/i, '{r,v}'],
  [/relpersistence\s*!=\s*$/i, 't'],
  [/as regclass|cast\(\s*$/i, 'pg_catalog.pg_class'],
  [/contype\s*=\s*$/i, 'p'],
  [/conrelid in \(\s*$|indrelid in \(\s*$/i, 'class apps.jwks'],
  [/nspname\s+(?:=|like)\s*$|nspname\s*=\s*$/i, 'apps'],
  [/nspname not like\s*$/i, 'pg_'],
  [/relname\s+(?:=|like|in \()\s*$/i, 'jwks'],
  [/attname like\s*$/i, '%'],
  [/proname like\s*$/i, 'array%'],
  [/amname\s*=\s*$/i, 'btree'],
  [/to_regtype\(\s*$/i, 'hstore'],
  [/oid\s*=\s*$/i, '1034'],
  [/objsubid\s*=\s*$/i, '0'],
  [/pg_get_constraintdef\([^()]*,\s*$|pg_get_indexdef\([^()]*,\s*$/i, 'true'],
  [/generate_subscripts\([^()]*,\s*$/i, '1'],
  [/(?:attcollation|attnum|idx\.ord)\s*(?:!=|>|=|\+)\s*$/i, '0'],
  [/attidentity\s*!?=\s*$/i, ''],
];

const KINDS = ['r', 'p', 'f', 'v', 'm'];

/** In the order of their numbers. */
export function valuesFor(sql: string): readonly string[] {
  const places = [...sql.matchAll(/\$(\d+)/g)].map(({ 1: number, index }) => ({ number: Number(number), index }));
  const count = Math.max(0, ...places.map(({ number }) => number));
  return Array.from({ length: count }, (_, index) => {
    const place = places.find(({ number }) => number === index + 1);
    return place === undefined ? '' : valueAt(sql, place.index);
  });
}

function valueAt(sql: string, index: number): string {
  const before = sql.slice(Math.max(0, index - 80), index);
  const inKinds = /(relkind|contype)\s*=\s*any\s*\(array\[((?:\$\d+::varchar,\s*)*)$/i.exec(before);
  if (inKinds !== null) {
    const letters = inKinds[1]?.toLowerCase() === 'contype' ? ['p', 'u', 'x'] : KINDS;
    return letters[(inKinds[2]?.match(/\$/g) ?? []).length] ?? 'r';
  }
  return VALUES.find(([pattern]) => pattern.test(before))?.[1] ?? 'x';
}
