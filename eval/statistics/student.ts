/** Student's t distribution at degrees of freedom that need not be whole, as Satterthwaite's are not. */
import library from "jstat";

const { jStat } = library;

/** Half-width of the central 1 - alpha of Student's t, in standard errors; of 95 % where left out. */
export const studentReach = (df: number, alpha = 0.05): number => jStat.studentt.inv(1 - alpha / 2, df);

/** Two-sided p of a t statistic: I_x(df/2, 1/2) with x = df/(df + t²), which keeps the digits of a small tail. */
export const studentP = (t: number, df: number): number => jStat.ibeta(df / (df + t * t), df / 2, 0.5);
