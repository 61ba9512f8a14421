/** What is used of jStat, which comes without types. */
declare module "jstat" {
  const library: {
    jStat: {
      /** Regularised incomplete beta function I_x(a, b). */
      ibeta(x: number, a: number, b: number): number;
      studentt: {
        /** Quantile at p in (0, 1). */
        inv(p: number, df: number): number;
      };
      normal: {
        cdf(x: number, mean: number, std: number): number;
        inv(p: number, mean: number, std: number): number;
      };
    };
  };
  export default library;
}
