import { posix } from "node:path";
import { InputError } from "../../model/errors.js";
import { readable, type Unread } from "../clients/index.js";
import { directoryOf, type FileTree } from "../mail/tree.js";
import { type Carried, nothingCarried, together } from "../pulumi/carriers/carrier.js";
import { carriedByValues } from "../pulumi/carriers/helm.js";
import { Input } from "../pulumi/input.js";
import { readProperties } from "../pulumi/properties.js";
import { type Dialect, kubernetesSchema, type YamlDocument, yamlDocuments } from "../yaml/documents.js";

/**
 * The values of Helm charts in a tree: files called `values….yaml` beside a Chart.yaml, for the chart itself and for those
 * that it depends on, whose values stand under their names. The templates of a chart are not rendered.
 */
export function helmValuesIn(tree: FileTree, idOf: (path: string) => string, unread?: Unread): Carried {
  const charts = tree.paths.filter((path) => posix.basename(path) === "Chart.yaml");
  return together(
    nothingCarried,
    ...charts.flatMap((chart) => {
      const beside = tree.paths.filter(
        (path) => directoryOf(path) === directoryOf(chart) && /^values[\w.-]*\.ya?ml$/.test(posix.basename(path)),
      );
      return beside.flatMap((file) =>
        readable(file, unread, () => [ofFile(inputIn(tree, file), inputIn(tree, chart), idOf(file))]),
      );
    }),
  );
}

function ofFile(values: Input, chart: Input, id: string): Carried {
  const items = chart.member("dependencies").items() ?? [];
  const dependencies = "unknown" in items ? [] : items;
  const own = chart.member("name").text() ?? "";
  const below = dependencies.flatMap((dependency) => {
    const name = dependency.member("name").text();
    const key = dependency.member("alias").text() ?? name;
    if (typeof name !== "string" || typeof key !== "string" || values.member(key).isAbsent) return [];
    const whose = { id: `${id} ${key}`, name: key, at: values.member(key).at };
    return [carriedByValues(name, [values.member(key)], whose)];
  });
  const whose = { id, name: typeof own === "string" && own !== "" ? own : id, at: values.at };
  return together(carriedByValues(own, [values], whose), ...below);
}

const dialect: Dialect = {
  called: "YAML",
  schema: kubernetesSchema,
  takesRepeatedKeys: true,
  mend: "Check it with `helm lint`.",
};

/** A file of YAML as an input whose places are lines; what cannot be parsed has nothing. */
function inputIn(tree: FileTree, path: string): Input {
  const file = tree.at(path);
  const document = parsed(tree.text(path) ?? "", file);
  const place = document?.place ?? (() => `${file}:1`);
  return Input.of(readProperties({ value: document?.value ?? {} }, file).value ?? {}, file, undefined, place);
}

function parsed(text: string, file: string): YamlDocument | undefined {
  try {
    return yamlDocuments(text, file, dialect)[0];
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}
