/**
 * `--evidence` and `--sign`: what is asked of an org besides the controls, so that others can follow a run.
 *
 * @module
 */

import { parametersFor } from '../../audit/check-pack.ts';
import type { OrgFacts } from '../../audit/evidence/manifest.ts';
import { readSigner } from '../../audit/evidence/sign.ts';
import { checkFolder, writeEvidence } from '../../audit/evidence/write.ts';
import { planOf } from '../../audit/price.ts';
import { type AuditRun, type ControlResult, nameOf } from '../../audit/result.ts';
import { createLoginCheck } from '../../session/login-check.ts';
import type { SessionOptions } from '../../session/options.ts';
import type { ProviderOptions } from '../../session/provider/options.ts';
import { openOrg } from './session.ts';

interface Keeping {
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
}

/** Evidence that will be written, its place and key looked at before anything is sent. */
export interface EvidencePlan {
  /** @throws AuditFileError where the run left anything unseen */
  keep(run: AuditRun, options: SessionOptions, terms: Keeping): Promise<void>;
}

/** @throws AuditFileError for a folder that is there, or a key that is none */
export function planEvidence(folder: string, keyFile: string | undefined): EvidencePlan {
  checkFolder(folder);
  const signer = keyFile === undefined ? undefined : readSigner(keyFile);
  return {
    keep: async (run, options, { signal, note }) => {
      const orgs = await orgFacts(run.orgs, options, signal);
      const plans = await plansOf(run, options);
      const planned = (result: ControlResult): unknown => plans.get(keyOf(result));
      const { files } = await writeEvidence(run, { folder, orgs, planOf: planned, signer, signal });
      note(`${folder} has the evidence, ${Object.keys(files).length} files${signer === undefined ? '' : ', signed'}`);
    },
  };
}

/** Who asked, by a few reads of its own: its name, its roles, what its token may do. */
async function orgFacts(
  orgs: readonly string[],
  options: SessionOptions,
  signal: AbortSignal,
): Promise<readonly OrgFacts[]> {
  const { onExchange: _log, ...provider } = providerOptions(options);
  const check = createLoginCheck(provider);
  const facts: OrgFacts[] = [];
  try {
    for (const org of orgs) {
      const { origin = '', kind, source, identity, roles, scopes } = await check.check(org, { signal });
      facts.push({ org, host: origin, login: { kind, source, principal: identity, roles, scopes } });
    }
  } finally {
    await check.close();
  }
  return facts;
}

/** A session has options that a provider has not. */
function providerOptions({ isolation: _isolation, onProgress: _progress, ...rest }: SessionOptions): ProviderOptions {
  return rest;
}

async function plansOf({ results, orgs }: AuditRun, options: SessionOptions): Promise<ReadonlyMap<string, unknown>> {
  const plans = new Map<string, unknown>();
  for (const org of orgs) {
    const { session, close } = openOrg(options, org);
    try {
      for (const result of results.filter((each) => each.org === org)) {
        const { body } = result.control;
        if (body.kind === 'query')
          plans.set(keyOf(result), await planOf(body.text, parametersFor(result.control, org), session));
      }
    } finally {
      await close();
    }
  }
  return plans;
}

function keyOf(result: ControlResult): string {
  return JSON.stringify([result.org, nameOf(result)]);
}
