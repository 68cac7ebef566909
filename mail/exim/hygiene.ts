import { type Claim, claim } from "../claims.js";
import type { Config } from "./config.js";
import { type Listener, said } from "./listeners.js";

/** What the configuration tells strangers, and whether the certificate is one that Exim makes itself. */
export function hygieneClaims(config: Config, { clients }: Listener): Claim[] {
  if (config.holes.main.length > 0) return [];
  const asked = ["acl_smtp_vrfy", "acl_smtp_expn"].some((name) => config.options.has(name));
  const banner = config.options.get("smtp_banner")?.value;
  const certificate = said(config, "tls_certificate", "Exim makes a self-signed certificate at start");
  const version = said(config, "smtp_banner", "smtp_banner decides whether the greeting names the version");
  return [
    ...(asked ? [] : [claim("vrfy", clients, "silent", [said(config, "acl_smtp_vrfy", "VRFY and EXPN are refused")])]),
    ...(config.options.has("tls_certificate") ? [] : [claim("certificateFile", clients, "generated", [certificate])]),
    ...(banner === undefined || !banner.includes("{")
      ? [
          claim("bannerVersion", clients, banner === undefined || /\$(version_number|exim_version)\b/.test(banner), [
            version,
          ]),
        ]
      : []),
  ];
}
