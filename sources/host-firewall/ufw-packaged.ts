/**
 * The rules that ufw's package (0.36, Debian 12) brings along, as far as they can decide about TCP to and from this host:
 * those for ICMP, DHCP and multicast are left out.
 */
const own = (six: string, name: string, ...rules: readonly string[]) =>
  [
    "*filter",
    ...["input", "output", "forward"].map((side) => `:ufw${six}-${name}-${side} - [0:0]`),
    ...rules,
    "COMMIT",
    "",
  ].join("\n");

const before = (six: string) =>
  own(
    six,
    "before",
    `-A ufw${six}-before-input -i lo -j ACCEPT`,
    `-A ufw${six}-before-output -o lo -j ACCEPT`,
    `-A ufw${six}-before-input -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
    `-A ufw${six}-before-output -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
    `-A ufw${six}-before-input -m conntrack --ctstate INVALID -j DROP`,
  );

/** By path from the root: for a machine whose set-up writes some of ufw's files, the others. */
export const packagedUfw: Readonly<Record<string, string>> = {
  "etc/default/ufw": 'IPV6=yes\nDEFAULT_INPUT_POLICY="DROP"\nDEFAULT_OUTPUT_POLICY="ACCEPT"\n',
  ...Object.fromEntries(
    ["", "6"].flatMap((six) => [
      [`etc/ufw/before${six}.rules`, before(six)],
      [`etc/ufw/after${six}.rules`, own(six, "after")],
      [`etc/ufw/user${six}.rules`, own(six, "user")],
    ]),
  ),
};
