/**
 * Changes to a text, and where what stands in the changed text stood before.
 *
 * @module
 */

/** Offsets in UTF-16 units. An edit of no length is an insertion. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The text with edits that do not overlap. What is inserted where another edit begins stands before that. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let edited = '';
  let cursor = 0;
  for (const { start, end, text: replacement } of inOrder(edits)) {
    edited += text.slice(cursor, start) + replacement;
    cursor = end;
  }
  return edited + text.slice(cursor);
}

/** From an offset in the edited text to one in the text before; what an edit brought stands where the edit begins. */
export type OffsetMap = (offset: number) => number;

/** @param lengthOf counts what the offsets count: UTF-16 units, bytes or characters */
export function offsetsBefore(text: string, edits: readonly Edit[], lengthOf: (part: string) => number): OffsetMap {
  const places = placesOf(text, edits, lengthOf);
  return (offset) => {
    const place = places[lastBefore(places, offset)];
    if (place === undefined) return offset;
    return offset < place.editedEnd ? place.start : place.end + offset - place.editedEnd;
  };
}

/** Where an edit stands before and after. */
interface Place {
  readonly start: number;
  readonly end: number;
  readonly editedStart: number;
  readonly editedEnd: number;
}

function placesOf(text: string, edits: readonly Edit[], lengthOf: (part: string) => number): readonly Place[] {
  let [cursor, before, after] = [0, 0, 0];
  return inOrder(edits).map((edit) => {
    const kept = lengthOf(text.slice(cursor, edit.start));
    const [start, editedStart] = [before + kept, after + kept];
    cursor = edit.end;
    before = start + lengthOf(text.slice(edit.start, edit.end));
    after = editedStart + lengthOf(edit.text);
    return { start, end: before, editedStart, editedEnd: after };
  });
}

/** The index of the last place that begins at an offset or before it; -1 for none. */
function lastBefore(places: readonly Place[], offset: number): number {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle]?.editedStart ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function inOrder(edits: readonly Edit[]): readonly Edit[] {
  return edits.toSorted((a, b) => a.start - b.start || a.end - b.end);
}
