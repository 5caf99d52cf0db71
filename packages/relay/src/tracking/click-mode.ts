export const clickModes = ['none', 'html', 'text', 'all'] as const;
/** The bodies whose links are tracked. */
export type ClickMode = (typeof clickModes)[number];
