import { lookup } from "node:dns/promises";
import type { AddressGuard } from "./address-guard.ts";
import { bareHost, isAddress } from "./address-guard.ts";

export interface HostAddress {
  readonly address: string;
  readonly family: number;
}

/** Every address of a host name. */
export type Resolve = (host: string) => Promise<readonly HostAddress[]>;

/** As the system resolves names, its hosts file included. */
export const systemResolve: Resolve = (host) => lookup(host, { all: true });

/**
 * The addresses to connect to, each of them checked. The connection must be made to one of these and to nothing that a
 * second look-up gives: a name may stand for another address by then.
 */
export async function resolveChecked(url: URL, guard: AddressGuard, resolve: Resolve): Promise<readonly HostAddress[]> {
  const host = bareHost(url);
  const addresses = isAddress(host) ? [{ address: host, family: host.includes(":") ? 6 : 4 }] : await resolve(host);
  guard.check(
    host,
    addresses.map(({ address }) => address),
  );
  return addresses;
}
