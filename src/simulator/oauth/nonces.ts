import type { Random } from '../org/ids.ts';

const DAY_MS = 86_400_000;

/** A nonce is renewed every 24 hours and good for three days: https://developer.okta.com/docs/guides/dpop/. */
const RENEWED_AFTER_MS = DAY_MS;
const GOOD_FOR_MS = 3 * DAY_MS;

/** What DPoP proofs must contain, so that none can be made long before it is sent. */
export interface Nonces {
  current(): string;
  isGood(nonce: string | undefined): boolean;
  /** Makes a new one at once. Only the one before it stays good. */
  rotate(): void;
}

interface Nonce {
  readonly value: string;
  readonly madeAtMs: number;
}

export function createNonces(random: Random, nowMs: () => number): Nonces {
  const make = (madeAtMs: number): Nonce => ({ value: random.text(16, 'base64url'), madeAtMs });
  let nonces: readonly Nonce[] = [];
  const good = (): readonly [Nonce, ...Nonce[]] => {
    const now = nowMs();
    const old = nonces.filter(({ madeAtMs }) => now - madeAtMs < GOOD_FOR_MS);
    const [newest] = old;
    const isFresh = newest !== undefined && now - newest.madeAtMs < RENEWED_AFTER_MS;
    const kept: readonly [Nonce, ...Nonce[]] = isFresh ? [newest, ...old.slice(1)] : [make(now), ...old];
    nonces = kept;
    return kept;
  };
  return {
    current: () => good()[0].value,
    isGood: (nonce) => good().some(({ value }) => value === nonce),
    rotate: () => {
      nonces = [make(nowMs()), good()[0]];
    },
  };
}
