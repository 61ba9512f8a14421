/** Debian's PyTorch, where a machine has it. */
import { spawnSync } from "node:child_process";

export const PYTHON = "/usr/bin/python3";
export const HAS_TORCH = spawnSync(PYTHON, ["-c", "import torchvision"]).status === 0;
