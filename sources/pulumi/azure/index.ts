import type { Cloud } from "../cloud.js";
import { networkOf } from "./network.js";
import { azureSchemas } from "./schemas.js";

export const azure: Cloud = { schemas: azureSchemas, networkOf };
