import type { TerraformType } from "./type.js";

const configMap = { token: "kubernetes:core/v1:ConfigMap", maps: ["data", "binary_data"] };

/** Attribute names: registry documentation of the `kubernetes` provider (2). */
export const kubernetes: Readonly<Record<string, TerraformType>> = {
  kubernetes_config_map: configMap,
  kubernetes_config_map_v1: configMap,
};
