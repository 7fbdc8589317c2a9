/**
 * Amounts of memory as DuckDB writes them.
 *
 * @module
 */

const UNITS: Readonly<Record<string, number>> = {
  b: 1,
  byte: 1,
  bytes: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** Infinite for what DuckDB refuses, as it will do when it starts: then no limit of ours is needed. */
export function bytesOf(amount: string): number {
  const [, digits = '', unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*$/i.exec(amount) ?? [];
  return (
    Number(digits === '' ? Number.NaN : digits) * (UNITS[unit.toLowerCase()] ?? Number.NaN) || Number.POSITIVE_INFINITY
  );
}
