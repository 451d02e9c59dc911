export { ApiError, type Problem } from "./api-error.ts";
export {
  type Client,
  type ClientOptions,
  createClient,
  type ExecutionQuery,
  type SessionLink,
  type Started,
  type StartRequest,
  type WatchedEvent,
} from "./client.ts";
