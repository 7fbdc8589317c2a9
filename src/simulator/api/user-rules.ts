import { failure } from '../answer.ts';
import type { Item } from '../org/field-values.ts';
import { listAt, parentOf } from './api-org.ts';
import { type ApiCall, type Outcome, performAction, subjectOf, touched } from './crud.ts';

/** Only who is locked out can be unlocked. */
export function refuseUnlock(call: ApiCall): Outcome | undefined {
  const { item } = subjectOf(call) ?? {};
  if (item === undefined || item['status'] === 'LOCKED_OUT') return undefined;
  return failure(403, 'E0000032', 'Unlock is not allowed for this user.', 'The user is not locked out.');
}

/** Only who has yet to finish what an activation or a recovery began can begin anew. */
export function refuseReactivation(call: ApiCall): Outcome | undefined {
  const { item } = subjectOf(call) ?? {};
  if (item === undefined || item['status'] === 'PROVISIONED' || item['status'] === 'RECOVERY') return undefined;
  return failure(403, 'E0000038', "This operation is not allowed in the user's current status.");
}

/** The specification: what is mailed to the user is not answered. `byDefault`: whether a mail is sent unless the call says no. */
export function mailing(byDefault: boolean, rule: Rule = () => undefined): Rule {
  return (call) => {
    const refusal = rule(call);
    const isMailed = call.url.searchParams.get('sendEmail') ?? String(byDefault);
    if (refusal !== undefined || isMailed !== 'true') return refusal;
    const outcome = performAction(call);
    return 'object' in outcome ? { object: {} } : outcome;
  };
}

type Rule = (call: ApiCall) => Outcome | undefined;

/** A new profile in place of the old one, but for two attributes that are null where they are not set. */
export function replaceUser({ org, match, body }: ApiCall): Outcome | undefined {
  const list = parentOf(match);
  const users = list && listAt(org, list);
  const id = match.values[0] ?? '';
  const user = users?.get(id);
  if (users === undefined || user === undefined) return undefined;
  const profile = { mobilePhone: null, secondEmail: null, ...(body['profile'] as Item | undefined) };
  const changed = touched(org, { ...user, profile });
  users.set(id, changed);
  return { object: changed };
}
