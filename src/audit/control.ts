/**
 * Controls and packs as data: what the files say, and nothing of how they are run.
 *
 * A control is a question whose answer is a verdict on each object: a SELECT with the columns `resource`, `status` and `reason`.
 *
 * @module
 */

import type { AuditFileError, TextPosition } from '../errors.ts';
import type { ParameterValue } from '../sql/statement.ts';

/** From the worst. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const;

export type Severity = (typeof SEVERITIES)[number];

/** What a row says of its object. */
export const ROW_STATUSES = ['alarm', 'error', 'ok', 'info', 'skip'] as const;

export type RowStatus = (typeof ROW_STATUSES)[number];

/** What a control as a whole comes to: `manual` is one that a person has to look at. */
export type ControlStatus = RowStatus | 'manual';

export interface Reference {
  readonly title: string;
  readonly url?: string | undefined;
  /** The name that its source has for it, such as `V-273186`. */
  readonly id?: string | undefined;
}

export interface Parameter {
  readonly default: ParameterValue;
  readonly description?: string | undefined;
}

export interface Control {
  /** Lower case, digits and hyphens; one of its kind in its pack, and part of file names. */
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly description?: string | undefined;
  readonly remediation?: string | undefined;
  readonly references: readonly Reference[];
  /** By name; those of the pack have taken the place of the control's own defaults. `subdomain` is none of them. */
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** Scopes of a service app that its requests need. */
  readonly needs: readonly string[];
  /** A numeric column of the result whose values are worth a picture. */
  readonly chart?: string | undefined;
  /** Why calls that are answered “there is no such thing” leave no gap, such as those for apps that cannot have one. */
  readonly absence?: string | undefined;
  /** As messages name it. */
  readonly file: string;
  readonly body: ControlBody;
}

export type ControlBody =
  | {
      readonly kind: 'query';
      /** As a reader wants to see it, without the head. */
      readonly sql: string;
      /** What runs: the same on the lines on which the file has it, so that places in it are places in the file. */
      readonly text: string;
      /** Where the SQL begins in the file. */
      readonly position: Pick<TextPosition, 'line' | 'column'>;
      /** Whether it names `$subdomain`. */
      readonly namesOrg: boolean;
    }
  /** What a person has to look at, because no API tells it. */
  | { readonly kind: 'manual'; readonly look: string }
  /** The file cannot be used: such a control is an error wherever it is run, and holds nowhere. */
  | { readonly kind: 'broken'; readonly problems: readonly AuditFileError[] };

/** The guide of DISA's that a pack follows: its checklist says so. */
export interface StigFacts {
  /** Such as `Okta Identity as a Service (IDaaS) Security Technical Implementation Guide`. */
  readonly name: string;
  /** Such as `Okta_IDaaS_STIG`. */
  readonly id: string;
  /** Such as `1`. */
  readonly version: string;
  /** Such as `Release: 2 Benchmark Date: 05 Jan 2026`. */
  readonly release: string;
  /** DISA's number of it. */
  readonly reference?: string | undefined;
}

export interface ControlGroup {
  readonly id: string;
  readonly title: string;
  /** In the order in which they are told. */
  readonly controls: readonly Control[];
}

export interface Pack {
  /** That of its folder. */
  readonly name: string;
  readonly title: string;
  readonly description?: string | undefined;
  readonly version: string;
  readonly stig?: StigFacts | undefined;
  readonly folder: string;
  readonly groups: readonly ControlGroup[];
}

export function controlsOf({ groups }: Pack): readonly Control[] {
  return groups.flatMap(({ controls }) => controls);
}
