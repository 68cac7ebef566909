import type { Cloud } from "../cloud.js";
import { networkOf } from "./network.js";
import { ociSchemas } from "./schemas.js";

export const oci: Cloud = { schemas: ociSchemas, networkOf };
