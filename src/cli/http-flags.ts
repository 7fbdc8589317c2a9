/**
 * The flags about requests: limits, proxies, certificates, logs.
 *
 * @module
 */

import { type Command, InvalidArgumentError, Option } from 'commander';

/** As commander gives them: the names of StackQL's flags have dots. */
export interface HttpSettings {
  /** Seconds that a statement may take. */
  readonly timeout?: number;
  /** Seconds for one answer. */
  readonly apirequesttimeout?: number;
  readonly rateLimitShare?: number;
  readonly concurrency?: number;
  readonly 'http.log.enabled'?: boolean;
  /** A file. */
  readonly 'http.har'?: string;
  readonly 'http.proxy.host'?: string;
  readonly 'http.proxy.port'?: number;
  readonly 'http.proxy.scheme'?: string;
  readonly 'http.proxy.user'?: string;
  readonly 'http.proxy.password'?: string;
  /** A file. */
  readonly 'tls.CABundle'?: string;
  readonly 'tls.allowInsecure'?: boolean;
  readonly 'tls.forceInsecure'?: boolean;
}

export function addHttpFlags(command: Command): Command {
  return command
    .addOption(timeoutOption())
    .option('--apirequesttimeout <seconds>', 'what one answer may take (default: 60)', positiveNumber)
    .option(
      '--rate-limit-share <part>',
      'the part of each rate limit to use, such as 0.8; the rest is for others',
      share,
    )
    .option('--concurrency <n>', 'requests under way at once, at most (default: 35)', positiveInteger)
    .option('--http.log.enabled', 'one line per request on standard error, without secrets')
    .option('--http.har <file>', 'write all requests and answers to a file (HAR 1.2), without secrets')
    .option('--http.proxy.host <host>', 'proxy for HTTPS requests; else HTTPS_PROXY, HTTP_PROXY and NO_PROXY count')
    .option('--http.proxy.port <port>', 'port of the proxy', positiveInteger)
    .option('--http.proxy.scheme <scheme>', 'http or https (default: http)')
    .option('--http.proxy.user <user>', 'user at the proxy')
    .option('--http.proxy.password <password>', 'password at the proxy')
    .option('--tls.CABundle <file>', 'certificates (PEM) that are trusted besides the well-known ones')
    .option('--tls.allowInsecure', 'do not check the certificate of servers on this machine')
    .option('--tls.forceInsecure', 'check no certificate: whoever is in between can read the credential');
}

export function timeoutOption(): Option {
  const told = 'what a statement may take; it fails before a wait that is longer';
  return new Option('--timeout <seconds>', told).argParser(positiveNumber);
}

function positiveNumber(text: string): number {
  if (/^\d{1,6}(?:\.\d{1,3})?$/.test(text) && Number(text) > 0) return Number(text);
  throw new InvalidArgumentError('A number of seconds above 0 is needed.');
}

function positiveInteger(text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A whole number above 0 is needed.');
}

function share(text: string): number {
  if (/^(?:0?\.\d+|1(?:\.0+)?)$/.test(text) && Number(text) > 0) return Number(text);
  throw new InvalidArgumentError('A number above 0 and at most 1 is needed.');
}
