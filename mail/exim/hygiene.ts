import type { AddressSet } from "../../model/addresses.js";
import { unknown } from "../../model/maybe.js";
import { type Claim, claim } from "../claims.js";
import type { Config } from "./config.js";
import { type Listener, said } from "./listeners.js";
import { mailboxAcls } from "./mailboxes.js";

/** What the configuration tells strangers, and whether the certificate is one that Exim makes itself. */
export function hygieneClaims(config: Config, { clients }: Listener): Claim[] {
  if (config.holes.main.length > 0) return [];
  const asked = mailboxAcls(config).length > 0;
  const banner = config.options.get("smtp_banner")?.value;
  const version = said(config, "smtp_banner", "smtp_banner decides whether the greeting names the version");
  return [
    ...bareNewline(config, clients),
    ...(asked ? [] : [claim("vrfy", clients, "silent", [said(config, "acl_smtp_vrfy", "VRFY and EXPN are refused")])]),
    certificateFile(config, clients),
    ...(banner === undefined || !banner.includes("{")
      ? [
          claim("bannerVersion", clients, banner === undefined || /\$(version_number|exim_version)\b/.test(banner), [
            version,
          ]),
        ]
      : []),
  ];
}

function certificateFile(config: Config, clients: AddressSet): Claim {
  const name = "tls_certificate";
  const value = config.options.get(name)?.value;
  if (value === undefined) {
    const says = "Exim makes a self-signed certificate at start";
    return claim("certificateFile", clients, "generated", [said(config, name, says)]);
  }
  const evidence = [said(config, name, `${name} names the certificate`)];
  return claim("certificateFile", clients, value.startsWith("/") ? "elsewhere" : unknown(name), evidence);
}

/** From 4.97.1 on a bare newline ends no message (CVE-2023-51766); what a distribution added to an earlier one is not known. */
function bareNewline({ version }: Config, clients: AddressSet): Claim[] {
  const [, minor = 0, patch = 0] = (version ?? "").split(".").map(Number);
  if (minor < 97 || (minor === 97 && patch < 1)) return [];
  const says = "a dot between bare newlines does not end a message (4.97.1 and later)";
  return [claim("bareNewline", clients, "normalized", [{ kind: "default", at: `Exim ${version}`, says }])];
}
