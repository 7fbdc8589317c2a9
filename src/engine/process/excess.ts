/**
 * How an engine's process says of what it took too much, when it is ended for that.
 *
 * @module
 */

/** The file descriptor on which it is written then; 3 is Node's own channel. */
export const EXCESS_FILE = 4;

export type Excess = 'memory' | 'processor';
