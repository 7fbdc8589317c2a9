import { isConnectionReset, type Simulator } from './simulator.ts';

/** The part of msw's `http` namespace that is used, so that msw need not be installed. */
export interface MswHttp<Handler> {
  all(path: string, resolver: (info: { readonly request: Request }) => Promise<Response>): Handler;
}

/**
 * Request handlers for msw that send every HTTPS request to the simulator. Requests to other hosts are among them, so
 * that a credential which leaves the org is seen among the simulator's violations.
 *
 * @example
 * const server = setupServer(...mswHandlers(createSimulator(), http));
 */
export function mswHandlers<Handler>(simulator: Simulator, http: MswHttp<Handler>): Handler[] {
  return [http.all('https://*/*', ({ request }) => answer(simulator, request))];
}

async function answer(simulator: Simulator, request: Request): Promise<Response> {
  try {
    return await simulator.handle(request);
  } catch (error) {
    // msw turns an exception into a 500, and this into a failed fetch.
    if (isConnectionReset(error)) return Response.error();
    throw error;
  }
}
