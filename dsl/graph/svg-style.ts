/** Told by shape as well as by colour, and readable on light and on dark. */
export const svgStyle = `
svg { --paper: #ffffff; --card: #f8fafc; --line: #64748b; --text: #0f172a; --muted: #526077; --agent: #2563eb; --workflow: #7c3aed; --wait: #b45309; --fallback: #c2410c; }
@media (prefers-color-scheme: dark) { svg { --paper: #0f172a; --card: #1e293b; --line: #94a3b8; --text: #f1f5f9; --muted: #a9b6c9; --agent: #60a5fa; --workflow: #a78bfa; --wait: #fbbf24; --fallback: #fb923c; } }
text { font: 12px ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: var(--muted); }
.paper { fill: var(--paper); }
.frame { fill: var(--card); stroke-width: 1.5; }
.inner { fill: none; stroke-width: 1; }
.agent rect { stroke: var(--agent); }
.workflow rect { stroke: var(--workflow); }
.wait rect { stroke: var(--wait); }
.id { font-size: 14px; font-weight: 600; fill: var(--text); }
.name { fill: var(--text); }
.note { font-style: italic; }
path { fill: none; stroke: var(--line); stroke-width: 1.5; }
marker path { fill: var(--line); stroke: none; }
#arrow-fallback path { fill: var(--fallback); }
.fallback { stroke: var(--fallback); stroke-dasharray: 5 4; }
.label { fill: var(--fallback); font-size: 11px; text-anchor: middle; paint-order: stroke; stroke: var(--paper); stroke-width: 4px; }
`;
