/** Reasons: why a person changed a number, and how a number on a higher level is spread down. */

export const REASONS = [
  ["promotion", "Promotion"], ["market_intelligence", "Market intelligence"], ["customer_information", "Customer information"], ["price_change", "Price change"],
  ["launch", "Launch"], ["phase_out", "Phase-out"], ["supply_constraint", "Supply constraint"], ["correction", "Correction"],
  ["management_decision", "Management decision"], ["other", "Other"],
];

export const SPREADS = [["basis", "by plan"], ["history", "by history"], ["equal", "equally"]];

/** The words of a reason code. */
export function reasonLabel(code) { return REASONS.find(([known]) => known === code)?.[1] ?? code; }
