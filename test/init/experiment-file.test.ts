/** The files that `antbee init` writes hold what was asked for, whatever the names look like to YAML. */
import { describe, expect, it } from "vitest";
import { experimentFile, sceneFile } from "../../src/init/experiment-file.js";
import { parseYaml } from "../../src/shared/yaml.js";

describe("the files of a new experiment", () => {
  it.each(["2024", "true", "null", "1e3", "0x10", "my-task"])("are of the name %s, as text", async (name) => {
    const photos = { dir: name, folders: { ants: name, bees: "bee photos" }, fewest: 9 };
    expect(parseYaml(await sceneFile({ name }), "scene.yaml")).toMatchObject({ name });
    expect(parseYaml(experimentFile({ name, photos }), "experiment.yaml")).toMatchObject({
      name,
      source: { scene: `${name}/scene.yaml` },
      target: { dir: name, classes: photos.folders },
    });
  });

  it.each([
    ["Ant photographs from our garden, 2023", "Bee photographs from our garden, 2023"],
    ["a".repeat(200), `${"b b ".repeat(50)}: #{b}`],
    ["ants 'of' \"ours\"", "- bees & co\\"],
  ])("name folders in one line, however long (%#)", (ants, bees) => {
    const photos = { dir: "mine/photos", folders: { ants, bees }, fewest: 9 };
    const file = experimentFile({ name: "mine", photos });
    expect(parseYaml(file, "experiment.yaml")).toMatchObject({ target: { classes: { ants, bees } } });
  });
});
