export { createServer, type Server, type ServerOptions } from "./app.ts";
export { listen, type Listener, type ListenOptions } from "./listen.ts";
export { PortInUseError } from "./port-in-use-error.ts";
export type { ProblemCode, ProblemDetail } from "./problem.ts";
