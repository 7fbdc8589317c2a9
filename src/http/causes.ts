/**
 * Why a connection failed, as the causes of an error tell it.
 *
 * @module
 */

/** The code of the error where a proxy refuses: it will next time, too. */
export const NO_TUNNEL = 'NO_TUNNEL';

/** The codes of an error and of its causes. */
export function codesIn(error: unknown): readonly string[] {
  return chainOf(error).map(codeOf);
}

/** fetch says only "fetch failed"; its causes, and those of an address list that was tried, say why. */
function chainOf(error: unknown): readonly unknown[] {
  if (!(error instanceof Error)) return [];
  const tried = error instanceof AggregateError ? error.errors.slice(0, 1).flatMap(chainOf) : [];
  return [error, ...tried, ...chainOf(error.cause)];
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** What a person should read of a broken connection. */
export function reasonOf(error: unknown): string {
  const reasons = chainOf(error).map((each) =>
    each instanceof Error && each.message !== '' ? each.message : codeOf(each),
  );
  return reasons.filter((reason) => reason !== '').at(-1) ?? 'unknown reason';
}
