export { ApiError, type Problem } from "./api-error.ts";
export {
  type Client,
  type ClientOptions,
  createClient,
  type ExecutionQuery,
  type SessionLink,
  type Health,
  type RegisteredWorkflow,
  type Started,
  type StartRequest,
  type Validation,
  type WatchedEvent,
  type WatchOptions,
} from "./client.ts";
