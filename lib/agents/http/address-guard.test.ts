import { describe, expect, test } from "bun:test";
import { ValidationError } from "../../errors.ts";
import { createAddressGuard } from "./address-guard.ts";

const refused = [
  ["loopback", "127.0.0.1"],
  ["loopback", "::1"],
  ["private", "10.0.0.1"],
  ["private", "172.16.0.1"],
  ["private", "192.168.1.1"],
  ["link-local", "169.254.1.1"],
  ["link-local", "fe80::1"],
  ["unique-local", "fc00::1"],
  ["multicast", "224.0.0.1"],
  ["multicast", "ff02::1"],
  ["broadcast", "255.255.255.255"],
  ["unspecified", "0.0.0.0"],
  ["unspecified", "::"],
  ["shared", "100.64.0.1"],
  ["reserved", "192.0.0.8"],
  ["reserved", "198.18.0.1"],
  ["reserved", "240.0.0.1"],
  ["documentation", "2001:db8::1"],
  ["site-local", "fec0::1"],
  ["not yet assigned", "4000::1"],
  ["metadata", "169.254.169.254"],
  ["metadata", "fd00:ec2::254"],
  ["metadata", "168.63.129.16"],
  ["metadata", "100.100.100.200"],
  ["metadata", "192.0.0.192"],
  ["IPv4-mapped", "::ffff:10.0.0.1"],
  ["IPv4-compatible", "::7f00:1"],
  ["translated", "::ffff:0:127.0.0.1"],
  ["behind NAT64", "64:ff9b::a00:1"],
  ["behind a local NAT64", "64:ff9b:1::808:808"],
  ["tunnelled by 6to4", "2002:7f00:1::"],
  ["tunnelled by Teredo", "2001::1"],
] as const;

describe("createAddressGuard()", () => {
  test.each([...refused])("refuses an address that is %s: %s", (_kind, address) => {
    expect(() => createAddressGuard([]).check("host.test", [address])).toThrow(ValidationError);
  });

  test.each([["8.8.8.8"], ["2606:4700::1111"], ["::ffff:8.8.8.8"], ["64:ff9b::808:808"]])(
    "lets a public address through: %s",
    (address) => {
      expect(() => createAddressGuard([]).check("host.test", [address])).not.toThrow();
    },
  );

  test("refuses a name of which one address is not public", () => {
    expect(() => createAddressGuard([]).check("host.test", ["8.8.8.8", "10.0.0.1"])).toThrow(
      'Cannot call "host.test": its address is private, not public, and the operator does not allow it',
    );
  });

  const allowed: [string, string, string, boolean][] = [
    ["127.0.0.1", "x.test", "127.0.0.1", true],
    ["127.0.0.1", "x.test", "127.0.0.2", false],
    ["127.0.0.1", "x.test", "::ffff:127.0.0.1", true],
    ["::1", "x.test", "::1", true],
    ["[::1]", "x.test", "::1", true],
    ["10.0.0.0/8", "x.test", "10.9.9.9", true],
    ["10.0.0.0/8", "x.test", "fd00::1", false],
    ["fd00::/8", "x.test", "fd00::1", true],
    ["localhost", "localhost", "127.0.0.1", true],
    ["Intra.Test", "intra.test", "10.0.0.1", true],
    ["intra.test", "other.intra.test", "10.0.0.1", false],
    ["intra.test", "intra.test.evil.example", "10.0.0.1", false],
  ];
  test.each(allowed)("with %p takes %p at %p: %p", (entry, host, address, isTaken) => {
    const check = (): void => createAddressGuard([entry]).check(host, [address]);
    if (isTaken) expect(check).not.toThrow();
    else expect(check).toThrow(ValidationError);
  });

  test.each([["http://x.test"], ["x.test:80"], ["10.0.0.0/64"], ["a b"]])("refuses to allow %p", (entry) => {
    expect(() => createAddressGuard([entry])).toThrow(
      'Cannot configure agent "@orchestr8/http": its config at "/allow/0" must be a host name, an address or a range such as 10.0.0.0/8',
    );
  });
});
