import type { Cloud } from "../cloud.js";
import { networkOf } from "./network.js";
import { openstackSchemas } from "./schemas.js";

export const openstack: Cloud = { schemas: openstackSchemas, networkOf };
