export { greeterAgent } from "./agents/greeter.agent.ts";
