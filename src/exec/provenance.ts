/**
 * Where the rows of a statement come from, answer by answer, and what is not among them: for whoever has to prove it. Nothing is
 * gathered where nobody asks.
 *
 * @module
 */

import type { HttpResponse } from '../http/contract.ts';
import { redactUrl } from '../http/trace/redact.ts';
import type { Scan } from '../plan/plan.ts';
import type { DeniedCall } from './denied.ts';

export type Provenance =
  /** An answer whose rows are read: just sent for, or one that another scan has read. */
  | {
      readonly kind: 'page';
      /** `provider.service.resource`. */
      readonly resource: string;
      /** The URL of the list's first page, without secrets: what its pages have in common. */
      readonly list: string;
      readonly url: string;
      readonly method: string;
      /** By which the provider's support finds it. */
      readonly requestId?: string;
      /** The provider's own time, as its `Date` says it. */
      readonly date?: string;
      readonly rows: number;
    }
  /** A list has been read to its end: no page follows the last one. A list that is not told of so was left early. */
  | { readonly kind: 'end'; readonly list: string }
  /** A call without rows: denied, of something that does not exist there, or for an object that is not there. */
  | (Omit<DeniedCall, 'reason'> & { readonly kind: 'left-out'; readonly reason: DeniedCall['reason'] | 'missing' });

export type OnProvenance = (told: Provenance) => void;

/** Tells of the pages of one list, and of its end. */
export interface ListWitness {
  page(response: HttpResponse, rows: number): void;
  end(): void;
}

export function witnessOf({ resource, method }: Scan, tell: OnProvenance | undefined): ListWitness | undefined {
  if (tell === undefined) return undefined;
  let list: string | undefined;
  return {
    page: ({ request, headers }, rows) => {
      const url = redactUrl(request.url, []);
      list ??= url;
      const [requestId, date] = [headers.get('x-okta-request-id'), headers.get('date')];
      tell({
        kind: 'page',
        resource: resource.name,
        list,
        url,
        method: method.key,
        ...(requestId !== null && { requestId }),
        ...(date !== null && { date }),
        rows,
      });
    },
    end: () => {
      if (list !== undefined) tell({ kind: 'end', list });
    },
  };
}
