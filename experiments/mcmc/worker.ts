/** Samples one posterior, in a Worker or in this process. @module */
import { serveTasks } from "@pyrosaur/pyrosaur/workers";
import { perform } from "./task.ts";

export { perform };
serveTasks(perform);
