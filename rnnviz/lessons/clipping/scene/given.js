// Numbers as they were set, with all their digits and a true minus sign: −2.8, 0.0005.
import { MINUS } from "../../../stage/js/scales.js";

/** @param {number} value */
export const given = (value) => String(Number(value.toPrecision(6))).replaceAll("-", MINUS);
