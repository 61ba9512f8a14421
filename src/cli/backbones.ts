/** `antbee backbones [list|fetch NAME]` */
import { invalid } from "../shared/errors.js";
import { downloadWeights } from "../shared/fetch.js";
import { showProgress } from "../shared/progress.js";
import { findWeightFile } from "../shared/roots.js";
import { command, type Outcome } from "./command.js";
