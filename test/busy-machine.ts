/**
 * Node gives each address of a host a quarter of a second to connect before it tries the next, and `localhost` has two, at the
 * second of which nobody listens. On a busy machine that is no time at all.
 */

import { setDefaultAutoSelectFamilyAttemptTimeout } from 'node:net';

const ATTEMPT_MS = 600_000;

setDefaultAutoSelectFamilyAttemptTimeout(ATTEMPT_MS);

/** The same for processes that a test starts. */
export const PATIENT_NODE: string = `--network-family-autoselection-attempt-timeout=${ATTEMPT_MS}`;
