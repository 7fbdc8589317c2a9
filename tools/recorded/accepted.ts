/** A difference that is meant to be, and why. */
export interface Accepted extends Sighting {
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

/** Sorts out the sightings that the list does not have, and the entries of the list that are out of date. */
export function judge(sightings: readonly Sighting[], list: readonly Accepted[]): Verdict {
  const seen = new Set(sightings.map(lineOf));
  const accepted = new Set(list.map(lineOf));
  return {
    unlisted: sightings.filter((sighting) => !accepted.has(lineOf(sighting))),
    stale: list.filter((entry) => !seen.has(lineOf(entry))),
  };
}

/** The line of the list that allows a difference, but for the reason. */
export function lineOf({ operation, aspect, detail }: Sighting): string {
  return [operation, aspect, detail].join('\t');
}
