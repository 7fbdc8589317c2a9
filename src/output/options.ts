/**
 * How a format is written: what the user may choose of it, and what its caller knows of the place that it goes to.
 *
 * @module
 */

/** What does not concern a format is ignored by its writer. */
export interface OutputOptions {
  /** Whether the names of the columns are written: by table, csv, tsv, sql and xlsx. Default is true. */
  readonly header?: boolean;
  /** Between the fields of csv: one character. Default is a comma. */
  readonly separator?: string;
  /** Whether csv begins with U+FEFF, by which spreadsheets know UTF-8. Default is false. */
  readonly bom?: boolean;
  /** Whether csv and tsv keep spreadsheets from running texts as formulas. Default is false; xlsx always does. */
  readonly safeCsv?: boolean;
  /** Columns of the terminal that a table goes to, to which it is cut then. Default: it goes to no terminal, and is whole. */
  readonly width?: number;
  /** Whether what it goes to shows colours. Default is false. */
  readonly colour?: boolean;
  /** Ends what takes long at the end of a result. */
  readonly signal?: AbortSignal;
  /** What files that can say where they come from say: parquet, html and xlsx. */
  readonly metadata?: OutputMetadata;
}

/** Where a result comes from. */
export interface OutputMetadata {
  /** The statement, with whatever may be secret in it masked: whoever gets the file reads it. */
  readonly query?: string;
  /** The org that statements meant which named none. */
  readonly org?: string;
  /** When the result was there: ISO 8601 in UTC. */
  readonly time?: string;
  /** Of oktaql. */
  readonly version?: string;
}
