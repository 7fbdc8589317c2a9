/**
 * Runs in a process of its own, so that a crash is seen and has a round: `child.js ISOLATION`.
 *
 * @module
 */

import { builtProduct } from '../fuzz/product.ts';
import { note, rest, serve, strays } from '../fuzz/watch.ts';
import { createDice } from './dice.ts';
import type { Batch, BatchReport, Wrong } from './protocol.ts';
import { type Isolation, Life, rightRows, type Setting, type Tally } from './round.ts';

const [, , isolation] = process.argv;
const product = await builtProduct();
const setting: Setting = { product, isolation: isolation as Isolation, expected: await rightRows(product) };

serve(async ({ seed, from, count }: Batch): Promise<BatchReport> => {
  const tally: Tally = {};
  const found: Wrong[] = [];
  let life: Life | undefined;
  for (let round = from; round < from + count; round += 1) {
    note(round);
    life ??= new Life(setting, tally);
    const dice = createDice(Math.imul(seed, 0x9e3779b1) + round);
    const faults = [...(await life.round(dice)), ...(await strays())];
    found.push(...faults.map((fault) => ({ round, fault })));
    if (!life.isClosed && !dice.oneIn(4)) continue;
    await life.close();
    life = undefined;
  }
  await life?.close();
  found.push(...(await strays()).map((fault) => ({ round: from + count - 1, fault })));
  return { kind: 'batch', tried: count, found, tally, ...(await rest()) };
});
