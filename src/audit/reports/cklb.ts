/**
 * The report as a checklist of DISA's STIG Viewer 3. What was not seen stays `not_reviewed`, and a person decides what is not
 * applicable: neither is ever guessed here.
 *
 * @module
 */

import { createHash } from 'node:crypto';
import { NotSupportedError } from '../../errors.ts';
import type { Control, Severity, StigFacts } from '../control.ts';
import { type AuditRun, type ControlResult, worstFirst } from '../result.ts';

/** @throws NotSupportedError for a run of several orgs, or of a pack that follows no STIG */
export function cklbReport(run: AuditRun): string {
  const { orgs, packs, results } = run;
  const [org = ''] = orgs;
  if (orgs.length > 1) throw new NotSupportedError('A checklist is about one org, and this run is of several.');
  const stigs = packs.flatMap(({ name, stig }) => (stig === undefined ? [] : [{ name, stig }]));
  if (stigs.length === 0) {
    throw new NotSupportedError('None of the packs follows a STIG, so there is no checklist.', {
      hint: 'A pack says so in its pack.yaml, as okta-idaas-stig does.',
    });
  }
  const document = {
    title: `${org} ${stigs.map(({ stig }) => stig.id).join(', ')}`,
    id: uuidOf(['checklist', org, run.endedAt.toISOString()]),
    stigs: stigs.map(({ name, stig }) =>
      stigOf(
        stig,
        results.filter(({ pack }) => pack === name),
      ),
    ),
    active: true,
    mode: 2,
    has_path: false,
    target_data: {
      target_type: 'Computing',
      host_name: org,
      ip_address: '',
      mac_address: '',
      fqdn: org.includes('.') ? org : '',
      comments: `Made by oktaql ${run.version}, ${run.endedAt.toISOString()}`,
      role: 'None',
      is_web_database: false,
      technology_area: '',
      web_db_site: '',
      web_db_instance: '',
      classification: null,
    },
    cklb_version: '1.0',
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function stigOf(stig: StigFacts, results: readonly ControlResult[]): object {
  const uuid = uuidOf(['stig', stig.id, stig.version, stig.release]);
  const rules = results
    .filter(({ control }) => idOf(control, GROUP) !== '')
    .map((result) => ruleOf(result, stig, uuid));
  return {
    stig_name: stig.name,
    display_name: stig.name.replace(/ Security Technical Implementation Guide$/, ''),
    stig_id: stig.id,
    release_info: stig.release,
    version: stig.version,
    uuid,
    reference_identifier: stig.reference ?? '',
    size: rules.length,
    rules,
  };
}

const GROUP = /^V-\d+$/;
const RULE = /^SV-\d+r\d+_rule$|^SV-\d+r\d+$/;
const REQUIREMENT = /^SRG-/;
const CONTROL_CORRELATION = /^CCI-\d+$/;

/** DISA's ids stand among the control's references; what is none of the others is the version of the rule, such as OKTA-APP-000020. */
function ruleOf(result: ControlResult, stig: StigFacts, stigUuid: string): object {
  const { control, status, findings, reason } = result;
  const group = idOf(control, GROUP);
  const rule = idOf(control, RULE).replace(/_rule$/, '');
  const requirement = idOf(control, REQUIREMENT);
  const ids = control.references.flatMap(({ id }) => id ?? []);
  const version =
    ids.find((id) => ![GROUP, RULE, REQUIREMENT, CONTROL_CORRELATION].some((kind) => kind.test(id))) ?? '';
  const look = control.body.kind === 'manual' ? control.body.look : '';
  return {
    group_id_src: group,
    group_tree: [{ id: group, title: requirement, description: '' }],
    group_id: group,
    severity: CATEGORIES[control.severity],
    group_title: requirement || control.title,
    rule_id_src: rule === '' ? '' : `${rule}_rule`,
    rule_id: rule,
    rule_version: version,
    rule_title: control.title,
    fix_text: control.remediation ?? '',
    weight: '10.0',
    check_content: look || (control.description ?? ''),
    check_content_ref: { href: `${stig.id}.xml`, name: 'M' },
    classification: 'NONE',
    discussion: control.description ?? '',
    false_positives: '',
    false_negatives: '',
    documentable: 'false',
    security_override_guidance: '',
    potential_impacts: '',
    third_party_tools: '',
    ia_controls: '',
    responsibility: '',
    mitigations: '',
    mitigation_control: '',
    legacy_ids: [],
    ccis: ids.filter((id) => CONTROL_CORRELATION.test(id)),
    reference_identifier: stig.reference ?? '',
    uuid: uuidOf(['rule', stigUuid, group]),
    stig_uuid: stigUuid,
    status: statusOf(result),
    overrides: {},
    comments: reason === undefined ? `oktaql: ${status}` : `oktaql: ${status}: ${reason}`,
    finding_details: worstFirst(findings)
      .filter((each) => each.status !== 'ok')
      .map((each) => `${each.status} ${each.resource}: ${each.reason}${acceptedText(each)}`)
      .join('\n'),
    srg_id: requirement,
  };
}

/** A risk that somebody takes is still a finding. */
function statusOf({ status, accepted }: ControlResult): string {
  if (status === 'alarm' || accepted > 0) return 'open';
  return status === 'ok' ? 'not_a_finding' : 'not_reviewed';
}

function acceptedText({ acceptance }: ControlResult['findings'][number]): string {
  return acceptance === undefined
    ? ''
    : ` (accepted by ${acceptance.owner} until ${acceptance.expires}: ${acceptance.reason})`;
}

/** CAT I to III. */
const CATEGORIES: Readonly<Record<Severity, 'high' | 'medium' | 'low'>> = {
  critical: 'high',
  high: 'high',
  medium: 'medium',
  low: 'low',
  info: 'low',
};

function idOf({ references }: Control, kind: RegExp): string {
  return references.find(({ id }) => id !== undefined && kind.test(id))?.id ?? '';
}

/** The same for the same names, in the form of RFC 9562's version 8. */
function uuidOf(names: readonly string[]): string {
  const hex = createHash('sha256').update(JSON.stringify(names)).digest('hex');
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return parts.join('-');
}
