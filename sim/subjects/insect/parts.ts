/** Body parts that antbee's own insects share. A bee's waist is too narrow to have surface of its own. */
export const INSECT_PARTS = ["head", "antennae", "thorax", "waist", "abdomen", "legs", "wings"] as const;
