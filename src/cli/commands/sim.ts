/**
 * The arguments of `oktaql sim`.
 *
 * @module
 */

import { type Command, Option } from 'commander';
import { readPublicKeys } from '../public-keys.ts';
import { type CommandContext, wholeNumber } from './command.ts';

export function addSim(program: Command, { io, finish }: CommandContext): void {
  program
    .command('sim')
    .description('Serve a simulated org on this machine, until interrupted. Prints one line of JSON when ready.')
    .option('--port <n>', 'port to listen on; 0 takes a free one', wholeNumber, 0)
    .option('--apps <n>', 'number of OIDC apps; without it, the org of the demo', wholeNumber)
    .addOption(new Option('--edition <name>', "which of Okta's engines").choices(['classic', 'identity-engine']))
    .option('--keys <n>', 'keys per app, with --apps', wholeNumber, 3)
    .option('--latency <ms>', 'milliseconds before each answer', wholeNumber, 0)
    .option('--rate-limit <n>', 'calls per window and bucket; 0 is no limit', wholeNumber, 0)
    .option('--rate-window <seconds>', 'length of a window', wholeNumber, 60)
    .option('--journal <file>', 'append one line of JSON per request')
    .option('--service-app <file>', 'a public JWK, or a set of them, whose owner may ask for tokens', readPublicKeys)
    .option('--dpop', 'bind the tokens of the service app to keys, by DPoP')
    .action(async (settings, command: Command) => {
      if (settings.dpop === true && settings.serviceApp === undefined)
        command.error('error: --dpop needs --service-app');
      const { simulate } = await import('../sim-command.ts');
      await finish(simulate(settings, io));
    });
}
