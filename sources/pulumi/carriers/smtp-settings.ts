import type { ClientDefinition, Setting } from "../../../model/client.js";
import type { Input } from "../input.js";
import { inputOf, type Resource } from "../resource.js";
import { type Carrier, nothingCarried } from "./carrier.js";
import { settingAt } from "./environment.js";

type Read = (resource: Resource) => Pick<ClientDefinition, "product" | "settings"> | undefined;

/** Resources whose own inputs say how a service sends mail. */
const readers: Readonly<Record<string, Read>> = {
  "keycloak:index/realm:Realm": keycloakRealm,
  "auth0:index/emailProvider:EmailProvider": auth0Provider,
  "auth0:index/email:Email": auth0Provider,
};

export const smtpSettingsCarrier: Carrier = (resources) => ({
  ...nothingCarried,
  clients: resources.flatMap((resource): ClientDefinition[] => {
    const found = readers[resource.type]?.(resource);
    return found ? [{ id: resource.urn, origin: "planned", ...found }] : [];
  }),
});

/** `smtpServer` of a realm, under the names that an exported realm has. */
function keycloakRealm(realm: Resource): ReturnType<Read> {
  const server = inputOf(realm, "smtpServer");
  if (server.isAbsent) return undefined;
  const auth = server.member("auth");
  const login: Setting = {
    value: auth.isAbsent && server.member("tokenAuth").isAbsent ? "false" : "true",
    at: auth.at,
  };
  return {
    product: "keycloak",
    settings: new Map([
      ...present(server, { host: "host", port: "port", ssl: "ssl", starttls: "starttls" }),
      ["auth", login],
      ...present(auth, { username: "user", password: "password" }),
    ]),
  };
}

/** Its other providers are asked over HTTP. */
function auth0Provider(provider: Resource): ReturnType<Read> {
  const credentials = inputOf(provider, "credentials");
  const isOn = inputOf(provider, "enabled").boolean() ?? true;
  if (isOn === false || credentials.member("smtpHost").isAbsent) return undefined;
  const names = { smtpHost: "smtp_host", smtpPort: "smtp_port", smtpUser: "smtp_user", smtpPass: "smtp_pass" };
  return { product: "auth0", settings: new Map(present(credentials, names)) };
}

function present(holder: Input, names: Readonly<Record<string, string>>): [string, Setting][] {
  return Object.entries(names).flatMap(([member, name]) => {
    const input = holder.member(member);
    return input.isAbsent ? [] : [[name, settingAt(input)]];
  });
}
