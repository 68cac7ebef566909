import type { ClientProduct, ClientSettings, Setting } from "../../../model/client.js";
import { isUnknown } from "../../../model/maybe.js";
import type { Input } from "../input.js";
import { settingAt } from "./environment.js";
import type { Look } from "./wherever.js";

/** A client's configuration file that a chart writes from its values. */
interface Found {
  readonly product: ClientProduct;
  readonly settings: ClientSettings;
  /** Secrets beside it from which the chart sets variables. */
  readonly elsewhere: readonly string[];
}

/** Charts that set nothing of mail themselves (their values.yaml). */
export const withoutMailOfTheirOwn: ReadonlySet<string> = new Set([
  ...["grafana", "alertmanager", "prometheus", "kube-prometheus-stack"],
]);

const deepest = 12;

/**
 * What values of charts say of Grafana and Alertmanager, wherever they stand (kube-prometheus-stack, grafana,
 * alertmanager): `grafana.ini` with a section `smtp`, and a `config` with Alertmanager's `smtp_` settings or receivers.
 */
export const settingLook = (): Look<Found> => ({
  named: /^(?:grafana\.ini|config)$/,
  found: [],
  read: (input, name, around) => {
    if (name === "grafana.ini") {
      const smtp = input.member("smtp");
      if (smtp.isAbsent) return undefined;
      return [{ product: "grafana", settings: lowered(flat(smtp, "smtp")), elsewhere: secretsBeside(around) }];
    }
    const settings = new Map([
      ...flat(input.member("global"), "global"),
      ...flat(input.member("receivers"), "receivers"),
    ]);
    const isIts = [...settings.keys()].some((each) => /^global\.smtp_|\.email_configs\./.test(each));
    return isIts ? [{ product: "alertmanager", settings, elsewhere: [] }] : undefined;
  },
});

/** As the reader of grafana.ini has its names. */
function lowered(settings: readonly [string, Setting][]): ClientSettings {
  return new Map(settings.map(([name, setting]) => [name.toLowerCase(), setting]));
}

/** `receivers.0.email_configs.0.smarthost`, as the files of these programs are read. */
function flat(input: Input, path: string, depth = 0): [string, Setting][] {
  if (input.isAbsent || depth > deepest) return [];
  const items = input.items();
  if (items !== undefined && !isUnknown(items))
    return items.flatMap((each, i) => flat(each, `${path}.${i}`, depth + 1));
  const names = input.names();
  if (names.length > 0) return names.flatMap((name) => flat(input.member(name), `${path}.${name}`, depth + 1));
  return [[path, settingAt(input)]];
}

/** Where Grafana's chart takes `GF_SMTP_USER` and `GF_SMTP_PASSWORD`, or anything, from. */
function secretsBeside(values: Input): string[] {
  const secrets = [values.member("smtp").member("existingSecret"), values.member("envFromSecret")];
  return secrets.flatMap((secret) => (secret.isAbsent || secret.text() === "" ? [] : [secret.at]));
}
