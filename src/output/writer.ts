import type { ResultColumn, Row } from '../values.ts';

/**
 * Takes one result at a time: `begin`, any number of `rows`, `end`; then perhaps the next `begin`.
 * Rows are taken as they come, so that a long result is never held twice.
 */
export interface ResultWriter {
  begin(columns: readonly ResultColumn[]): void;
  rows(rows: readonly Row[]): void;
  end(): void;
}

/** Makes a writer that hands its text, line ends included, to `write`. */
export type WriterFactory = (write: (text: string) => void) => ResultWriter;
