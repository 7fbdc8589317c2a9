/**
 * How an engine's process says why it ended itself.
 *
 * @module
 */

export type Reason = 'memory' | 'orphan';

/** The file descriptor on which it is written; 3 is Node's own channel. */
export const REASON_FILE = 4;
