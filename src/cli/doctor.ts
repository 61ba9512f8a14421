/** `antbee doctor`: what this machine can do, and which data and weights it sees. */
import type { Finding } from "../experiment/doctor.js";
import { command, type Outcome } from "./command.js";

export default command({
  name: "doctor",
  example: "doctor",
  description: "What this machine can do, and which data and weights it sees",
  args: {},
  async run() {
    const { examine } = await import("../experiment/doctor.js");
    return report(await examine());
  },
});

function report(findings: Finding[]): Outcome {
  const mark = ({ ok, optional }: Finding) => (ok ? "ok  " : optional ? "-   " : "FAIL");
  const width = Math.max(...findings.map(({ what }) => what.length));
  const lines = findings.map((finding) => `${mark(finding)} ${finding.what.padEnd(width)}  ${finding.found}`);
  const broken = findings.some(({ ok, optional }) => !ok && !optional);
  return { json: findings, text: lines.join("\n"), exitCode: broken ? 1 : undefined };
}
