import ipaddr from "ipaddr.js";
import { ValidationError } from "../../errors.ts";

/** Which addresses may be called. */
export interface AddressGuard {
  /** @throws {ValidationError} when one of the addresses that `host` stands for may not be called. */
  check(host: string, addresses: readonly string[]): void;
}

type Address = ReturnType<typeof ipaddr.parse>;
type Range = ReturnType<typeof ipaddr.parseCIDR>;

/** Public addresses that only the machine's own cloud answers at: Azure's. Others have private or link-local ones. */
const metadata = new Set(["168.63.129.16"]);
const globalUnicast = ipaddr.parseCIDR("2000::/3");
const nat64 = ipaddr.parseCIDR("64:ff9b::/96");

/**
 * Lets public addresses through, and what `allow` names: hosts, addresses and ranges.
 *
 * @throws {ValidationError} when an entry of `allow` is none of these.
 */
export function createAddressGuard(allow: readonly string[]): AddressGuard {
  const ranges = allow.flatMap(rangeOf);
  const hosts = new Set(allow.filter((entry) => rangeOf(entry).length === 0).map(hostOf));
  const isAllowed = (address: Address): boolean =>
    isPublic(address) || ranges.some((range) => address.kind() === range[0].kind() && address.match(range));
  return {
    check(host, addresses) {
      if (hosts.has(host)) return;
      const refused = addresses
        .map((text) => withoutMapping(ipaddr.parse(text)))
        .find((address) => !isAllowed(address));
      if (refused === undefined) return;
      throw new ValidationError(
        `Cannot call "${host}": its address is ${refused.range()}, not public, and the operator does not allow it`,
      );
    },
  };
}

/** The host of a URL without the brackets of an IPv6 address. */
export function bareHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "");
}

/** Whether a host is an address, so that there is no name to look up. */
export function isAddress(host: string): boolean {
  return ipaddr.isValid(host);
}

/** Whatever is not known to be public is not: ranges that are reserved, translated or tunnelled, too. */
function isPublic(address: Address): boolean {
  if (address.kind() === "ipv6" && address.match(nat64)) {
    return isPublic(ipaddr.fromByteArray(address.toByteArray().slice(12)));
  }
  if (address.range() !== "unicast" || metadata.has(address.toString())) return false;
  return address.kind() === "ipv4" || address.match(globalUnicast);
}

/** An IPv4 address that is written as an IPv6 one is called as what it is. */
function withoutMapping(address: Address): Address {
  return address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

function rangeOf(entry: string): readonly Range[] {
  const text = entry.replace(/^\[|\]$/g, "");
  if (ipaddr.isValidCIDR(text)) return [ipaddr.parseCIDR(text)];
  if (!ipaddr.isValid(text)) return [];
  const address = withoutMapping(ipaddr.parse(text));
  return [[address, address.kind() === "ipv4" ? 32 : 128] as Range];
}

function hostOf(entry: string, index: number): string {
  const url = URL.canParse(`http://${entry}/`) ? new URL(`http://${entry}/`) : undefined;
  if (url !== undefined && url.host === entry.toLowerCase() && url.port === "") return url.host;
  const issue = {
    pointer: `/allow/${index}`,
    message: "must be a host name, an address or a range such as 10.0.0.0/8",
  };
  throw new ValidationError(
    `Cannot configure agent "@orchestr8/http": its config at "${issue.pointer}" ${issue.message}`,
    {
      issues: [issue],
    },
  );
}
