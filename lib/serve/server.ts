/** The server of exported models and its page: what is needed to answer, without tfjs. @module */
export { openPlayground, type Playground, type PlaygroundOptions } from "./playground/playground.ts";
export { openService, type Service } from "./service/service.ts";
export { type LogEntry, type ServiceOptions } from "./service/service_options.ts";
