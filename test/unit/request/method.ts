import type { Method, Parameter } from '../../../src/registry/resource.ts';

/** A method with everything a request can be built from; tests change what they are about. */
export function methodWith(changes: Partial<Method> = {}): Method {
  return {
    name: 'read',
    key: 'test.service.things.read',
    description: '',
    verb: 'select',
    httpMethod: 'GET',
    path: '/api/v1/things/{thingId}',
    server: 'https://{subdomain}.okta.com',
    parameters: [parameter('thingId', 'path'), parameter('subdomain', 'server')],
    response: { kind: 'object', rowsAt: ['$'], fields: [] },
    ...changes,
  };
}

export function parameter(
  name: string,
  location: Parameter['location'],
  type: Parameter['type'] = 'VARCHAR',
): Parameter {
  return { name, location, type, description: '', isRequired: location === 'path' || location === 'server' };
}
