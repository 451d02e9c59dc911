export type { AgentCatalog } from "./agent-catalog.ts";
export { type FrameColours, renderDiagnostic } from "./code-frame.ts";
export {
  compile,
  type Compilation,
  compileDocument,
  type CompileDocumentOptions,
  type CompileOptions,
  parseWorkflow,
} from "./compile.ts";
export { defineWorkflow, type StepsContext, type WorkflowOptions } from "./define.ts";
export type { DefineStep } from "./define-step.ts";
export { type Diagnostic, type DiagnosticCode, diagnosticCodes, type Position, type Range } from "./diagnostics.ts";
export { diffWorkflows, type WorkflowChange } from "./diff/diff-workflows.ts";
export { parseDuration } from "./duration.ts";
export { InvalidWorkflowError } from "./invalid-workflow-error.ts";
export { type JsonReading, readJson } from "./json-reader.ts";
export { jsonLimits } from "./sound-json.ts";
export { type LoadOptions, loadWorkflow, type StepIdOf, type WorkflowFile } from "./load-workflow.ts";
export {
  and,
  contains,
  endsWith,
  equals,
  exists,
  greaterOrEqual,
  greaterThan,
  join,
  json,
  length,
  lessOrEqual,
  lessThan,
  not,
  notEquals,
  or,
  startsWith,
} from "./operators.ts";
export type { BudgetInput, DurationInput, PoliciesInput, StepPoliciesInput } from "./policies.ts";
export type { PolicySet, PolicySets } from "./policy-sets.ts";
export { printWorkflow } from "./print.ts";
export { field } from "./reference.ts";
export type { AgentStepOptions, RunStepOptions, StepHandle, WorkflowStepOptions } from "./step-options.ts";
export { text } from "./text.ts";
export type { ExpressionValue, Ref, RunValue, TemplateInput } from "./typed-value.ts";
export type { DefineWait, SignalWaitOptions, TimeWaitOptions } from "./wait-options.ts";
export { printTypeScript } from "./typescript/print-typescript.ts";
export { workflowFile } from "./workflow-file.ts";
export type { OpenedWorkflow, WorkflowFiles } from "./workflow-files.ts";
export { projectFiles, type ProjectFilesOptions, projectRoot } from "./project-files.ts";
export type { WorkflowDefinition } from "./workflow-definition.ts";
export { expression } from "./written-expression.ts";
