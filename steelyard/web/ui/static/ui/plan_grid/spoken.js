/** Spoken: a plan line as people call it, its code and then its name. */

/** "CS-1001 Kitchen scale", or the code alone. */
export function spoken({ label, name }) { return name ? `${label} ${name}` : label; }
