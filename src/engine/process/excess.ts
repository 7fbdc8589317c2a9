/**
 * How an engine's process says that it is ended for its memory.
 *
 * @module
 */

/** The file descriptor on which something is written then; 3 is Node's own channel. */
export const EXCESS_FILE = 4;
