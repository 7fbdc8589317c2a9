import { type ErrorAnswer, failure } from './answer.ts';

/** The errors of Okta that the simulator answers: https://developer.okta.com/docs/reference/error-codes/. */

export function invalidKey(cause: string): ErrorAnswer {
  return failure(400, 'E0000001', 'Api validation failed: JsonWebKey', cause);
}

export function invalidParameters(cause: string): ErrorAnswer {
  return failure(400, 'E0000001', 'Api validation failed: RequestParams', cause);
}

export function malformedBody(): ErrorAnswer {
  return failure(400, 'E0000003', 'The request body was not well-formed.');
}

/** `type` is the name of what was to be created or changed. */
export function invalid(type: string, cause: string): ErrorAnswer {
  return failure(400, 'E0000001', `Api validation failed: ${type}`, cause);
}

/** Recorded: the features of an application that Okta cannot provision. */
export function noProvisioning(): ErrorAnswer {
  return invalid('feature', 'Provisioning is not supported.');
}

/** Recorded: what belongs to a feature that the org lacks. */
export function featureIsOff(): ErrorAnswer {
  return failure(401, 'E0000015', 'You do not have permission to access the feature you are requesting');
}

/** UNVERIFIED: the words. */
export function invalidRequest(what: string): ErrorAnswer {
  return failure(400, 'E0000002', `The request was not valid: ${what}`);
}

/** Recorded, and so is the misspelt word. */
export function missingPrincipalType(): ErrorAnswer {
  const cause = 'The provided filter parameter did not contain the required attrbute filter "principalType"';
  return invalid('principalRateLimitMediated', cause);
}

/** UNVERIFIED: the words, and that Okta answers so for every parameter its document requires. */
export function missingParameter(): ErrorAnswer {
  return failure(400, 'E0000028', 'The request is missing a required parameter.');
}

export function stillActive(): ErrorAnswer {
  return failure(
    403,
    'E0000056',
    'Delete application forbidden.',
    'The application must be deactivated before deletion.',
  );
}

export function forbidden(): ErrorAnswer {
  return failure(403, 'E0000006', 'You do not have permission to perform the requested action');
}

/** `type` is the name of the resource in Okta's own code, such as `AppInstance`. */
export function notFound(id: string, type: string): ErrorAnswer {
  return failure(404, 'E0000007', `Not found: Resource not found: ${id} (${type})`);
}

export function unknownPath(): ErrorAnswer {
  return failure(404, 'E0000008', 'The requested path was not found');
}

export function invalidToken(): ErrorAnswer {
  return failure(401, 'E0000011', 'Invalid token provided');
}

const WRONG_MEDIA_TYPE = 'Bad request. Accept and/or Content-Type headers likely do not match supported values.';

export function notAcceptable(): ErrorAnswer {
  return failure(400, 'E0000019', WRONG_MEDIA_TYPE);
}

export function badRequest(): ErrorAnswer {
  return failure(400, 'E0000020', 'Bad request.');
}

export function unsupportedMediaType(): ErrorAnswer {
  return failure(400, 'E0000021', WRONG_MEDIA_TYPE);
}

export function unsupportedMethod(): ErrorAnswer {
  return failure(405, 'E0000022', 'The endpoint does not support the provided HTTP method');
}

export function invalidCursor(): ErrorAnswer {
  return failure(400, 'E0000029', 'Invalid paging request.', 'Invalid cursor.');
}

export function invalidSearch(...causes: readonly string[]): ErrorAnswer {
  return failure(400, 'E0000031', 'Invalid search criteria.', ...causes);
}

export function rateLimited(): ErrorAnswer {
  return failure(429, 'E0000047', 'API call exceeded rate limit due to too many requests.');
}

export function unsupportedOperation(): ErrorAnswer {
  return failure(501, 'E0000060', 'Unsupported operation.');
}

/** Okta names no code for a missing length; status 411 is what its API overview promises. UNVERIFIED: the body. */
export function lengthRequired(): ErrorAnswer {
  return failure(411, 'E0000020', 'Bad request.');
}
