/**
 * Thousands of sessions are opened here, and most ask for little: an engine that nothing was kept in goes to the next of them.
 * That it is as new is tested in unit/engine/spare.test.ts; what opens and closes one is tested apart, without this.
 */

import { keepSpares } from '../src/engine/spare.ts';

/** As many tests as vitest runs at once, at most. */
keepSpares(5);
