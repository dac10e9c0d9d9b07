// Whether pictures may move by themselves.

/** Whether this visitor asked their system for stills. */
export const prefersStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
