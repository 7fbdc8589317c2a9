/** Differences that are meant to be, and why. `*` in a field stands for any text. */
export interface Accepted {
  readonly operation: string;
  readonly aspect: string;
  readonly detail: string;
  readonly reason: string;
}

/** A difference that was found: `Difference` of an operation, or that there is no such operation. */
export interface Sighting {
  readonly operation: string;
  readonly aspect: string;
  readonly detail: string;
}

/**
 * Reads tab-separated lines of operation, aspect, detail and reason; lines that begin with `#` are remarks.
 * Throws an `Error` that names the line without all four.
 */
export function readAccepted(text: string): readonly Accepted[] {
  return text
    .split('\n')
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== '' && !line.startsWith('#'))
    .map(({ line, number }) => {
      const [operation, aspect, detail, reason] = line.split('\t');
      if (!operation || !aspect || !detail || !reason) {
        throw new Error(`Line ${number} needs an operation, an aspect, a detail and a reason, with tabs between them.`);
      }
      return { operation, aspect, detail, reason };
    });
}

/** What came of comparing sightings with the list. */
export interface Verdict {
  readonly unlisted: readonly Sighting[];
  /** Entries that nothing matches any more. */
  readonly stale: readonly Accepted[];
}

/** Sorts out the sightings that the list does not allow, and the entries of the list that are out of date. */
export function judge(sightings: readonly Sighting[], list: readonly Accepted[]): Verdict {
  const matchers = list.map((entry) => ({ entry, matches: matcherOf(entry) }));
  return {
    unlisted: sightings.filter((sighting) => !matchers.some(({ matches }) => matches(sighting))),
    stale: matchers.filter(({ matches }) => !sightings.some(matches)).map(({ entry }) => entry),
  };
}

function matcherOf({ operation, aspect, detail }: Accepted): (sighting: Sighting) => boolean {
  const [byOperation, byAspect, byDetail] = [operation, aspect, detail].map(patternOf);
  return (sighting) =>
    byOperation?.test(sighting.operation) === true &&
    byAspect?.test(sighting.aspect) === true &&
    byDetail?.test(sighting.detail) === true;
}

function patternOf(text: string): RegExp {
  const source = text.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${source.join('.*')}$`);
}
