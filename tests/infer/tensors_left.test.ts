import assert from "node:assert/strict";
import { useBackend } from "../../lib/backend/mod.ts";
