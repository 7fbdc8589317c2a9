import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/**
 * What the simulator reads of the compiled provider documents: they say which operations Okta has, and what each takes
 * and gives. They are read as data, so that the simulator stays apart from the product that it judges.
 */
export interface ApiMethod {
  readonly name: string;
  readonly httpMethod: string;
  /** With `{parameter}` in it. */
  readonly path: string;
  readonly parameters: readonly ApiParameter[];
  readonly body?: { readonly mediaType: string; readonly fields: readonly ApiField[]; readonly isList?: boolean };
  readonly response: ApiResponse;
  /** `body-link` where the next page is named in the body. */
  readonly paging?: { readonly kind: string };
  readonly filter?: ApiFilter;
  readonly search?: ApiFilter;
  /** The rate limit that its calls count against. */
  readonly bucket?: string;
  /** Present where the body has a media type that the product cannot send. */
  readonly unsupported?: string;
}

/** What an expression may compare, and how. */
export interface ApiFilter {
  readonly parameter: string;
  readonly columns: Readonly<Record<string, readonly string[]>>;
}

/** An input of a method that is not in its body. */
export interface ApiParameter {
  readonly name: string;
  readonly location: 'header' | 'path' | 'query' | 'server';
  readonly isRequired: boolean;
}

/** A field of an answer or of a body. */
export interface ApiField {
  readonly name: string;
  readonly type: string;
}

/** What a method answers. */
export interface ApiResponse {
  readonly kind: 'list' | 'none' | 'object' | 'text';
  /** `$`, `$.a`, … ; the first is where Okta really puts the rows. */
  readonly rowsAt: readonly string[];
  /** Present where the items of a list are texts. */
  readonly scalar?: string;
  readonly fields: readonly ApiField[];
}

/** A method with what its table says about it. */
export interface ApiOperation {
  readonly method: ApiMethod;
  /** `okta.service.resource`. */
  readonly resource: string;
  /** Path parameter → the field that holds the same value. */
  readonly aliases: Readonly<Record<string, string>>;
  /** Column → value → the method that sets it. */
  readonly transitions: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

interface ServiceDocument {
  readonly resources: Readonly<Record<string, ResourceDocument>>;
}

interface ResourceDocument {
  readonly name: string;
  readonly methods: readonly ApiMethod[];
  readonly aliases: ApiOperation['aliases'];
  readonly transitions?: ApiOperation['transitions'];
}

const require = createRequire(import.meta.url);

/** Found by the package's name: this code runs from `src` and from whatever chunk a bundler puts it in. */
function documentsFolder(): URL {
  return new URL('dist/providers/okta/', pathToFileURL(require.resolve('oktaql/package.json')));
}

/** All operations of the Okta provider. Throws what `node:fs` throws where the package was not built. */
export function readOperations(): readonly ApiOperation[] {
  const folder = documentsFolder();
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  const services = files.toSorted().map((file) => readDocument(new URL(file, folder)));
  return services.flatMap(({ resources }) => Object.values(resources).flatMap(operationsOf));
}

function readDocument(file: URL): ServiceDocument {
  return JSON.parse(readFileSync(file, 'utf8')) as ServiceDocument;
}

function operationsOf({ name, methods, aliases, transitions = {} }: ResourceDocument): readonly ApiOperation[] {
  return methods.map((method) => ({ method, resource: name, aliases, transitions }));
}
