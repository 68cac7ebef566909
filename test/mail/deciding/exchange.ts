import { type Change, row, type Server, swaps } from "./rows.js";

const file = "receive-connectors.json";
const property = (name: string, old: string, value: string): Change =>
  swaps(file, `"${name}": ${old}`, `"${name}": ${value}`);
const auth = "Tls, BasicAuth, BasicAuthRequireTLS";
const mechanism = (value: string): Change => property("AuthMechanism", `"${auth}"`, `"${value}"`);
const relayed = "unknown: the rights of ANONYMOUS LOGON on the connector (Get-ADPermission)";

export const exchange: Server = {
  heading: "Exchange",
  files: {
    [file]: `[{
  "Identity": "EX01\\\\Client",
  "Server": "@HOST@",
  "TransportRole": "FrontendTransport",
  "Enabled": true,
  "Bindings": ["0.0.0.0:587"],
  "RemoteIPRanges": ["0.0.0.0-255.255.255.255"],
  "AuthMechanism": "${auth}",
  "PermissionGroups": "ExchangeUsers",
  "RequireTLS": false,
  "EnableAuthGSSAPI": false,
  "Fqdn": "@HOST@",
  "Banner": null,
  "BareLinefeedRejectionEnabled": true
}]
`,
  },
  rows: [
    row("Enabled", "listening", "true", "not stated", property("Enabled", "true", "false")),
    row("Bindings", "listening", "true", "false", swaps(file, "0.0.0.0:587", "127.0.0.1:587")),
    row("RemoteIPRanges", "listening", "true", "false", swaps(file, "0.0.0.0-255.255.255.255", "10.0.0.0/8")),
    row("Tls", "starttlsOffered", "offered", "absent", mechanism("BasicAuth")),
    row("RequireTLS", "tlsGate", "none", "mail", property("RequireTLS", "false", "true")),
    row("BasicAuthRequireTLS", "authBeforeTls", "none", "LOGIN", mechanism("Tls, BasicAuth")),
    row("Integrated", "authBeforeTls", "none", "NTLM", mechanism(`${auth}, Integrated`)),
    row("BasicAuth", "authMechanisms", "LOGIN", "none", mechanism("Tls")),
    row("Integrated", "authMechanisms", "LOGIN", "LOGIN NTLM", mechanism(`${auth}, Integrated`)),
    row(
      "EnableAuthGSSAPI",
      "authMechanisms",
      "LOGIN NTLM",
      "GSSAPI LOGIN NTLM",
      property("EnableAuthGSSAPI", "false", "true"),
      { given: mechanism(`${auth}, Integrated`) },
    ),
    row(
      "PermissionGroups",
      "authGate",
      "mail",
      relayed,
      swaps(file, '"ExchangeUsers"', '"ExchangeUsers, AnonymousUsers"'),
    ),
    row(
      "PermissionGroups",
      "relay",
      "closed",
      relayed,
      swaps(file, '"ExchangeUsers"', '"ExchangeUsers, AnonymousUsers"'),
    ),
    row("ExternalAuthoritative", "relay", "closed", "open", mechanism("Tls, ExternalAuthoritative"), {
      given: swaps(file, '"ExchangeUsers"', '"ExchangeServers"'),
    }),
    row(
      "BareLinefeedRejectionEnabled",
      "bareNewline",
      "rejected",
      "unknown: what Exchange makes of a bare line feed that it does not reject",
      property("BareLinefeedRejectionEnabled", "true", "false"),
    ),
    row("Banner", "bannerVersion", "false", "not stated", property("Banner", "null", '"220 mail"')),
  ],
};
