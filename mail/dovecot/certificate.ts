import type { AddressSet } from "../../model/addresses.js";
import type { MailDefinition } from "../../model/mail.js";
import { isUnknown, unknown } from "../../model/maybe.js";
import { type Claim, claim } from "../claims.js";
import type { Configuration } from "./configuration.js";
import { pathFrom } from "./includes.js";
import type { Syntax } from "./syntax.js";
import { View } from "./view.js";

export function certificateSetting(syntax: Syntax): string {
  return syntax === "2.3" ? "ssl_cert" : "ssl_server_cert_file";
}

/** Whether a certificate is named and its file is among the files at hand. */
export function certificateClaim(configuration: Configuration, definition: MailDefinition, from: AddressSet): Claim {
  const view = new View(configuration, { protocol: "submission" });
  const name = certificateSetting(configuration.syntax);
  const setting = view.setting(name);
  const evidence = [view.evidence(name, `${name} names the certificate`)];
  if (!setting || setting.value === "") return claim("certificateFile", from, "none", evidence);
  const written =
    setting.file ?? (configuration.syntax === "2.4" && !isUnknown(setting.value) ? setting.value : undefined);
  if (written === undefined)
    return claim("certificateFile", from, isUnknown(setting.value) ? unknown(name) : "present", evidence);
  const path = pathFrom("dovecot.conf", written);
  const isThere = path !== undefined && path in definition.files;
  // A repository seldom holds the key pair of the server: absent here is not missing there.
  return claim("certificateFile", from, isThere ? "present" : "elsewhere", evidence);
}
