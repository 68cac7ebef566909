import type { Cloud } from "../cloud.js";

export const kubernetes: Cloud = {
  schemas: { "kubernetes:core/v1:ConfigMap": "kubernetes/config-map.json" },
  networkOf: () => [],
};
