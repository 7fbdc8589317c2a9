/**
 * What goes wrong at the org: one or two of the simulator's faults.
 *
 * @module
 */

import type { Fault, FaultOptions, faults as Faults } from '../../src/simulator/index.ts';
import type { Dice } from './dice.ts';

type Make = (faults: typeof Faults, options: FaultOptions, dice: Dice) => Fault;

const KINDS: readonly [Make, ...Make[]] = [
  (faults, options) => faults.serverError(options),
  (faults, options) => faults.tooManyRequests(undefined, options),
  (faults, options) => faults.tooManyRequests({ 'x-rate-limit-limit': '0', 'x-rate-limit-remaining': '0' }, options),
  (faults, options, dice) => faults.badGateway(dice.pick([502, 503, 504]), options),
  (faults, options) => faults.htmlPage(options),
  (faults, options) => faults.truncatedJson(options),
  (faults, options) => faults.stalledBody(options),
  (faults, options, dice) => faults.slowBody(1 + dice.upTo(5), dice.upTo(4), options),
  (faults, options) => faults.resetBefore(options),
  (faults, options) => faults.resetAfter(options),
  (faults, { skip = 0, times = 1 }) => faults.emptyPage({ skip, times }),
  (faults, { skip = 0, times = 1 }) => faults.repeatedCursor({ skip, times }),
  (faults, { skip = 0, times = 1 }) => faults.nextOnOtherHost('evil.example', { skip, times }),
  (faults, { skip = 0, times = 1 }) => faults.nextOnOtherPath('/api/v1/evil', { skip, times }),
];

/** None in one of three rounds. */
export function randomFaults(faults: typeof Faults, dice: Dice): Fault[] {
  return Array.from({ length: dice.upTo(3) }, () => {
    const options = { skip: dice.upTo(6), times: 1 + dice.upTo(3), delayMs: dice.upTo(8) };
    return dice.pick(KINDS)(faults, options, dice);
  });
}
