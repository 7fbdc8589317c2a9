/**
 * Spoilt statements: each is explained, and some are run on a simulated org.
 *
 * @module
 */

import { type Fault, faultOf, type Judge, type Kind, type Product } from './kind.ts';
import { corpus, mutants } from './mutants.ts';

/** One in so many is run besides: that takes ten times as long as to explain it. */
const RUN_ONE_IN = 10;

/** Recursion without an end, and products of tables, are what their author asked for. */
const TIMEOUT_MS = 1500;

export const STATEMENTS: Kind = {
  name: 'statements',
  batchSize: 500,
  harmless: "SELECT id FROM okta.groups.groups WHERE type = 'X'",
  texts: async () => mutants(corpus()),
  open: async (product) => openJudge(product),
};

function openJudge(product: Product): Judge {
  const { library } = product;
  const simulator = product.simulator.createSimulator();
  let isExplaining = true;
  const session = library.createSession({
    token: simulator.token,
    subdomain: 'my-org',
    memoryLimit: '512MB',
    spillLimit: '64MB',
    fetch: (request) => {
      if (isExplaining) throw new Error('EXPLAIN sends nothing');
      return simulator.handle(request);
    },
  });

  const ending = async (text: string): Promise<Fault | undefined> => {
    try {
      await session.query(text, { timeoutMs: TIMEOUT_MS });
      return undefined;
    } catch (error) {
      if (isExplaining && error instanceof library.NetworkError) return { kind: 'sent', detail: error.message };
      return faultOf(error, product);
    }
  };
  return {
    judge: async (text) => {
      isExplaining = true;
      const fault = await ending(`EXPLAIN ${text}`);
      if (fault !== undefined || !isChosen(text)) return fault;
      isExplaining = false;
      return ending(text);
    },
    close: () => session.close(),
  };
}

/** By the text alone, so that a seed means the same whatever came before. */
function isChosen(text: string): boolean {
  let sum = 0;
  for (let at = 0; at < text.length; at += 1) sum = (sum * 31 + text.charCodeAt(at)) | 0;
  return Math.abs(sum) % RUN_ONE_IN === 0;
}
