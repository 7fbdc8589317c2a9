/** What StackQL's reader needs of the documents, beside its names (provider.test.ts). */

import { describe, expect, test } from 'vitest';
import { generate } from '../../../tools/provider/generate.ts';
import { readInputs } from '../../../tools/provider/inputs.ts';
import { INPUTS, type ResourceNode, type SchemaNode, type ServiceNode } from './generated.ts';

interface Answer {
  /** `service.resource.method`. */
  readonly name: string;
  readonly verb: string;
  readonly schema: SchemaNode;
  readonly objectKey?: string;
  /** Follows references. */
  readonly resolve: (schema: SchemaNode | undefined) => SchemaNode;
}

const { services } = generate(readInputs(INPUTS));
const answers: readonly Answer[] = [...services].flatMap(([service, document]) =>
  answersOf(service, document as unknown as ServiceNode),
);

function answersOf(service: string, { paths, components }: ServiceNode): readonly Answer[] {
  const resolve = (schema: SchemaNode = {}): SchemaNode =>
    schema.$ref === undefined ? schema : resolve(components.schemas[schema.$ref.split('/').at(-1) ?? '']);
  return Object.entries(components['x-stackQL-resources']).flatMap(([resource, node]) =>
    Object.entries(node.methods).flatMap(([method, { operation, response }]): readonly Answer[] => {
      const [, , path = '', http = ''] = operation.$ref.split('/').map((part) => part.replaceAll('~1', '/'));
      const content = paths[path]?.[http]?.responses[response.openAPIDocKey]?.content?.['application/json'];
      const schema = response.schema_override ?? content?.schema;
      if (schema === undefined) return [];
      const { objectKey } = response;
      const verb = verbOf(node, method);
      const name = `${service}.${resource}.${method}`;
      return [{ name, verb, schema: resolve(schema), ...(objectKey !== undefined && { objectKey }), resolve }];
    }),
  );
}

function verbOf({ sqlVerbs }: ResourceNode, method: string): string {
  const bound = Object.entries(sqlVerbs).find(([, list]) => list.some(({ $ref }) => $ref.endsWith(`/${method}`)));
  return bound?.[0] ?? 'exec';
}

/** The schema of one row. */
function rowOf({ schema, objectKey, resolve }: Answer): SchemaNode {
  const steps = (objectKey ?? '$').replace(/^\$\.?/, '');
  const at = steps === '' ? schema : steps.split('.').reduce((from, key) => resolve(from.properties?.[key]), schema);
  return at.type === 'array' ? resolve(at.items) : at;
}

function holdsList(schema: SchemaNode, resolve: Answer['resolve'], depth = 0): boolean {
  if (schema.type === 'array') return true;
  return (
    depth < 8 && Object.values(schema.properties ?? {}).some((each) => holdsList(resolve(each), resolve, depth + 1))
  );
}

test('an objectKey is a JSONPath of plain names, or the one name of a member: no other is read by its JSONPath', () => {
  const keys = answers.flatMap(({ name, objectKey }) => (objectKey === undefined ? [] : [[name, objectKey] as const]));
  expect(keys.filter(([, key]) => !/^\$(\.[A-Za-z_]\w*)+$/.test(key) && !/^[A-Za-z_][\w-]*$/.test(key))).toEqual([]);
  expect(keys).toContainEqual(['email_servers.email_servers.list_email_servers', 'email-servers']);
});

test('the rows of every SELECT are objects: a list of texts is made one', () => {
  const selects = answers.filter(({ verb }) => verb === 'select');
  expect(selects.filter((answer) => rowOf(answer).type !== 'object').map(({ name }) => name)).toEqual([]);
});

/** Okta's answer holds no list here, so none is declared. */
const WITHOUT_LIST = [
  'brands.themes.upload_brand_theme_background_image',
  'brands.themes.upload_brand_theme_favicon',
  'brands.themes.upload_brand_theme_logo',
  'directories.directories_integration.submit_group_attribute_query',
  'identity_sources.identity_sources.start_import_from_identity_source',
  'telephony_providers.telephony_providers.activate_custom_telephony_credential',
  'telephony_providers.telephony_providers.deactivate_custom_telephony_credential',
  'telephony_providers.telephony_providers.set_as_primary_custom_telephony_credential',
  'users.users.activate_user',
  'users.users.change_password',
  'users.users.change_recovery_question',
  'users.users.expire_password_with_temp_password',
  'users.users.forgot_password',
  'users.users.forgot_password_set_new_password',
  'users.users.reactivate_user',
  'users.users.reset_password',
];

test('an answer to EXEC holds a list at some depth, wherever Okta’s does: StackQL’s EXEC ends without one', () => {
  const without = answers.filter(({ verb, schema, resolve }) => verb === 'exec' && !holdsList(schema, resolve));
  expect(without.map(({ name }) => name).sort()).toEqual(WITHOUT_LIST);
});

describe('what one method of a resource reads, the others do', () => {
  /** Fields that Okta really sends in one of the answers only. */
  const ONLY_ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
    'brands.well_known_uris.get_root_brand_well_known_uri': ['_embedded'],
    'brands.well_known_uris.get_all_well_known_uris': ['representation'],
    'devices.devices.list_devices': ['providers'],
    'mappings.profile_mappings.list_profile_mappings': ['properties'],
    'users.factors.get_factor': ['expiresAt', 'factorResult'],
    'users.factors.list_factors': ['expiresAt', 'factorResult'],
    'users.factors.get_factor_transaction_status': [
      ...[
        'created',
        'factorProfileId',
        'factorType',
        'id',
        'lastUpdated',
        'provider',
        'status',
        'vendorName',
        'verify',
      ],
    ],
  };

  test('or it is known why not', () => {
    const selects = answers.filter(({ verb }) => verb === 'select');
    const fields = (answer: Answer): readonly string[] => Object.keys(rowOf(answer).properties ?? {});
    const resourceOf = ({ name }: Answer): string => name.slice(0, name.lastIndexOf('.'));
    const lacking = selects.flatMap((answer): readonly (readonly [string, readonly string[]])[] => {
      const all = selects.filter((other) => resourceOf(other) === resourceOf(answer)).flatMap(fields);
      const missing = [...new Set(all)].filter((field) => !fields(answer).includes(field)).sort();
      return missing.length === 0 ? [] : [[answer.name, missing]];
    });
    expect(Object.fromEntries(lacking)).toEqual(ONLY_ELSEWHERE);
  });
});

test('the log has an end: who follows every link has to say where', () => {
  const { paths } = services.get('logs') as unknown as ServiceNode;
  expect(paths['/api/v1/logs']?.['get']?.parameters).toContainEqual(
    expect.objectContaining({ name: 'until', required: true }),
  );
});
