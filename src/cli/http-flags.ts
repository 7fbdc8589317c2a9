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
  /** Seconds. */
  readonly cacheTtl?: number;
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

/** All but the time that a statement may take are on a page of help of their own. */
export function addHttpFlags(command: Command): Command {
  command.addOption(timeoutOption());
  for (const option of httpOptions()) command.addOption(option.hideHelp());
  return command;
}

function httpOptions(): readonly Option[] {
  return [
    new Option('--apirequesttimeout <seconds>', 'what one answer may take (default: 60)').argParser(positiveNumber),
    new Option(
      '--rate-limit-share <part>',
      'the part of each rate limit to use, such as 0.8; the rest is for others',
    ).argParser(share),
    new Option('--concurrency <n>', 'requests under way at once, at most (default: 35)').argParser(positiveInteger),
    new Option(
      '--cache-ttl <seconds>',
      'how old a list may be that was read already; it is not asked for again (default: 0)',
    ).argParser(secondsOfDay),
    new Option('--http.log.enabled', 'one line per request on standard error, without secrets'),
    new Option('--http.har <file>', 'write all requests and answers to a file (HAR 1.2), without secrets'),
    new Option('--http.proxy.host <host>', 'proxy for HTTPS requests; else HTTPS_PROXY, HTTP_PROXY and NO_PROXY count'),
    new Option('--http.proxy.port <port>', 'port of the proxy').argParser(positiveInteger),
    new Option('--http.proxy.scheme <scheme>', 'http or https (default: http)'),
    new Option('--http.proxy.user <user>', 'user at the proxy'),
    new Option('--http.proxy.password <password>', 'password at the proxy'),
    new Option('--tls.CABundle <file>', 'certificates (PEM) that are trusted besides the well-known ones'),
    new Option('--tls.allowInsecure', 'do not check the certificate of servers on this machine'),
    new Option('--tls.forceInsecure', 'check no certificate: whoever is in between can read the credential'),
  ];
}

export function timeoutOption(): Option {
  const told = 'what a statement may take; it fails before a wait that is longer';
  return new Option('--timeout <seconds>', told).argParser(positiveNumber);
}

function positiveNumber(text: string): number {
  if (/^\d{1,6}(?:\.\d{1,3})?$/.test(text) && Number(text) > 0) return Number(text);
  throw new InvalidArgumentError('A number of seconds above 0 is needed.');
}

function secondsOfDay(text: string): number {
  if (/^\d{1,5}(?:\.\d{1,3})?$/.test(text) && Number(text) <= 86_400) return Number(text);
  throw new InvalidArgumentError('A number of seconds from 0 to 86400 is needed.');
}

function positiveInteger(text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A whole number above 0 is needed.');
}

function share(text: string): number {
  if (/^(?:0?\.\d+|1(?:\.0+)?)$/.test(text) && Number(text) > 0) return Number(text);
  throw new InvalidArgumentError('A number above 0 and at most 1 is needed.');
}
