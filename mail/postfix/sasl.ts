import type { AddressSet } from "../../model/addresses.js";
import { unknown } from "../../model/maybe.js";
import { type Claim, claim } from "../claims.js";
import { hides } from "./discarded-keywords.js";
import type { Answer } from "./outcome.js";
import type { Smtpd } from "./smtpd.js";
import { tokens } from "./tokens.js";

/** Stands for the mechanisms that the SASL backend offers: at least one, or smtpd would stop. */
export const backendsChoice = ["*"] as const;

/**
 * AUTH before and inside TLS. `exception`: whether smtpd_sasl_exceptions_networks hides AUTH from these clients
 * (the command still works).
 */
export function saslClaims(smtpd: Smtpd, from: AddressSet, exception: Answer | "fails"): Claim[] {
  const { settings, tls } = smtpd;
  const enable = "smtpd_sasl_auth_enable";
  const switchedOff = !settings.boolean(enable);
  const discarded = hides(smtpd.discarded, from, "auth");
  const inside = tls.wrapper || (tls.use && hides(smtpd.discarded, from, "starttls").answer !== true);
  if (!switchedOff && discarded.answer === undefined) {
    const value = unknown(discarded.missing);
    const evidence = [discarded.evidence];
    return [claim("authBeforeTls", from, value, evidence), claim("authMechanisms", from, value, evidence)];
  }
  if (switchedOff || discarded.answer) {
    const evidence = [switchedOff ? settings.evidence(enable, `${enable} leaves AUTH off`) : discarded.evidence];
    return [
      claim("authBeforeTls", from, { offered: [], accepted: [] }, evidence),
      ...(inside ? [claim("authMechanisms", from, [], evidence)] : []),
    ];
  }
  return [beforeTls(smtpd, from, exception), ...(inside ? [insideTls(smtpd, from, exception)] : [])];
}

function beforeTls({ settings, tls }: Smtpd, from: AddressSet, exception: Answer | "fails"): Claim {
  if (tls.authOnly) {
    const name = "smtpd_tls_auth_only";
    const own = settings.boolean(name) && !tls.enforce;
    const evidence = own ? settings.evidence(name, `${name} keeps AUTH for TLS`) : tls.evidence;
    return claim("authBeforeTls", from, { offered: [], accepted: [] }, [evidence]);
  }
  const options = "smtpd_sasl_security_options";
  if (tokens(settings.text(options)).includes("noplaintext")) {
    const missing = unknown("the SASL backend's mechanisms without plaintext passwords");
    return claim("authBeforeTls", from, missing, [
      settings.evidence(options, `${options} leaves the choice to the backend`),
    ]);
  }
  const evidence = [
    settings.evidence(
      "smtpd_sasl_auth_enable",
      "smtpd_sasl_auth_enable offers AUTH in clear, its mechanisms come from the SASL backend",
    ),
    settings.evidence("smtpd_tls_auth_only", "smtpd_tls_auth_only does not keep AUTH for TLS"),
  ];
  if (exception !== true && exception !== false)
    return claim("authBeforeTls", from, unknown("smtpd_sasl_exceptions_networks"), evidence);
  return claim("authBeforeTls", from, { offered: exception ? [] : backendsChoice, accepted: backendsChoice }, evidence);
}

function insideTls({ settings }: Smtpd, from: AddressSet, exception: Answer | "fails"): Claim {
  const networks = "smtpd_sasl_exceptions_networks";
  if (exception === true)
    return claim(
      "authMechanisms",
      from,
      [],
      [settings.evidence(networks, `${networks} hides AUTH from these clients`)],
    );
  if (exception !== false)
    return claim("authMechanisms", from, unknown(networks), [settings.evidence(networks, networks)]);
  return claim("authMechanisms", from, backendsChoice, [
    settings.evidence("smtpd_sasl_type", "smtpd_sasl_type names the SASL backend, which decides the mechanisms"),
  ]);
}
