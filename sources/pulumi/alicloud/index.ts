import type { Cloud } from "../cloud.js";
import { networkOf } from "./network.js";
import { alicloudSchemas } from "./schemas.js";

export const alicloud: Cloud = { schemas: alicloudSchemas, networkOf };
