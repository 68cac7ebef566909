import type { Format } from "./formats/lines.js";
import { yaml } from "./formats/yaml.js";

const settingsOf = yaml(/^smtpServer$/);

/** `smtpServer` of an exported realm; Keycloak masks passwords in exports with asterisks. */
export const realm: Format = (text, at) => {
  const prefix = /^(?:\d+\.)?smtpServer\./;
  const members = [...settingsOf(text, at)].filter(([name]) => prefix.test(name));
  return new Map(
    members.map(([name, setting]) => {
      const value = setting.value;
      const isMasked = typeof value === "string" && /^\*+$/.test(value);
      const isVault = typeof value !== "string" && value.unknown[0] === "vault";
      const key = name.replace(prefix, "");
      return [
        key,
        { ...setting, ...(isMasked ? { value: { unknown: [key] } } : {}), ...(isVault ? { isSecret: true } : {}) },
      ];
    }),
  );
};
